//! Roles of a person in an organisation (DOMAIN.md 2), kept as one text of words in a fixed order.

use crate::values::text_enum;
use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::sql_types::Text;

text_enum! {
    /// What a person may do for an organisation.
    Role {
        /// Manages members, keys and policy.
        Owner = "owner",
        /// Asks for datasets.
        Requester = "requester",
        /// Decides for the buyer.
        Approver = "approver",
        /// Signs for the buyer.
        Signatory = "signatory",
        /// Edits datasets and offers.
        Publisher = "publisher",
        /// Decides for the seller.
        Licensor = "licensor",
        /// Sees invoices and records payments.
        Finance = "finance",
        /// Reads all, changes nothing.
        Auditor = "auditor",
    }
}

/// A set of roles.
#[derive(Debug, Clone, Default, PartialEq, Eq, FromSqlRow, AsExpression)]
#[diesel(sql_type = Text)]
pub struct Roles(Vec<Role>);

impl Roles {
    /// Takes roles; order and repetition do not matter.
    #[must_use]
    pub fn of(roles: impl IntoIterator<Item = Role>) -> Self {
        let mut list: Vec<Role> = roles.into_iter().collect();
        list.sort_unstable();
        list.dedup();
        Self(list)
    }
    /// Every role, as the house has them.
    #[must_use]
    pub fn all() -> Self {
        Self::of(Role::ALL.iter().copied())
    }
    /// Reads words separated by spaces; unknown words are none of ours.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        text.split_whitespace().map(Role::parse).collect::<Option<Vec<_>>>().map(Self::of)
    }
    /// Tells whether a role is in the set.
    #[must_use]
    pub fn has(&self, role: Role) -> bool {
        self.0.contains(&role)
    }
    /// Tells whether one of some roles is in the set.
    #[must_use]
    pub fn has_any(&self, roles: &[Role]) -> bool {
        roles.iter().any(|r| self.has(*r))
    }
    /// Tells whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
    /// Goes through the roles in order.
    pub fn iter(&self) -> impl Iterator<Item = Role> + '_ {
        self.0.iter().copied()
    }
    /// Gives the words, separated by spaces.
    #[must_use]
    pub fn text(&self) -> String {
        self.0.iter().map(|r| r.as_str()).collect::<Vec<_>>().join(" ")
    }
}

impl<DB: Backend> FromSql<Text, DB> for Roles
where
    String: FromSql<Text, DB>,
{
    fn from_sql(value: DB::RawValue<'_>) -> deserialize::Result<Self> {
        Self::parse(&String::from_sql(value)?).ok_or_else(|| "unknown role".into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_round_trip() {
        let roles = Roles::of([Role::Finance, Role::Owner, Role::Finance]);
        assert_eq!(roles.text(), "owner finance");
        assert_eq!(Roles::parse(&roles.text()), Some(roles.clone()));
        assert!(roles.has(Role::Owner) && !roles.has(Role::Licensor));
        assert_eq!(Roles::parse("king"), None);
        assert!(Roles::parse("").is_some_and(|r| r.is_empty()));
    }
}
