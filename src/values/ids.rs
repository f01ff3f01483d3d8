//! Identifiers: UUID version 7 in text form, one type for each kind of thing, so two kinds never mix.

use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::serialize::{self, Output, ToSql};
use diesel::sql_types::Text;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::str::FromStr;

/// A text that is no identifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an identifier: expected a UUID such as 0193a1b2-0000-7000-8000-000000000000")]
pub struct BadId;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, AsExpression, FromSqlRow)]
        #[diesel(sql_type = Text)]
        // The text form itself, because a bound value must be borrowed from the identifier.
        pub struct $name([u8; 36]);

        impl $name {
            /// Makes a new identifier; later ones sort after earlier ones.
            #[must_use]
            pub fn fresh() -> Self {
                Self::of(super::secret::random_uuid())
            }
            /// Takes an existing UUID.
            #[must_use]
            pub fn of(id: uuid::Uuid) -> Self {
                let mut text = [0; 36];
                id.hyphenated().encode_lower(&mut text);
                Self(text)
            }
            /// Gives the lower-case hyphenated text form.
            #[must_use]
            pub fn as_str(&self) -> &str {
                std::str::from_utf8(&self.0).unwrap_or_default()
            }
            /// Gives the UUID.
            #[must_use]
            pub fn uuid(&self) -> uuid::Uuid {
                uuid::Uuid::try_parse(self.as_str()).unwrap_or_default()
            }
        }
        impl FromStr for $name {
            type Err = BadId;
            fn from_str(text: &str) -> Result<Self, BadId> {
                if text.len() != 36 { return Err(BadId); }
                uuid::Uuid::try_parse(text).map(Self::of).map_err(|_| BadId)
            }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { f.write_str(self.as_str()) }
        }
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { write!(f, "{}({})", stringify!($name), self.as_str()) }
        }
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> { s.serialize_str(self.as_str()) }
        }
        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
                String::deserialize(d)?.parse().map_err(serde::de::Error::custom)
            }
        }
        impl<DB: Backend> ToSql<Text, DB> for $name where str: ToSql<Text, DB> {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result { self.as_str().to_sql(out) }
        }
        impl<DB: Backend> FromSql<Text, DB> for $name where String: FromSql<Text, DB> {
            fn from_sql(value: DB::RawValue<'_>) -> deserialize::Result<Self> {
                Ok(String::from_sql(value)?.parse::<Self>()?)
            }
        }
    )+};
}

ids! {
    /// A person's account.
    MemberId,
    /// A signed-in browser.
    SessionId,
    /// A link sent by mail.
    LinkId,
    /// An organisation.
    PartyId,
    /// A person's place in an organisation.
    MembershipId,
    /// An invitation to join an organisation.
    InvitationId,
    /// A person's key for scripts.
    ApiKeyId,
    /// A machine of an organisation.
    ServiceId,
    /// An immutable licence text with its terms.
    LicenceId,
    /// An immutable standard of a sector.
    StandardId,
    /// A standard that a version declares for some of its files.
    DeclarationId,
    /// What the check of a file against a declared standard found.
    ConformanceId,
    /// Something that went into a version.
    LineageInputId,
    /// Something that was done to make a version.
    LineageStepId,
    /// A data product.
    DatasetId,
    /// An immutable release of a dataset.
    VersionId,
    /// Stored bytes.
    BlobId,
    /// A file of a version.
    FileId,
    /// A file on its way in.
    UploadId,
    /// A licence that is being built.
    LicenceDraftId,
    /// A change of the licence of running grants.
    RelicenceId,
    /// A licence at a price on a dataset.
    OfferId,
    /// One price of several in an offer.
    TierId,
    /// That an offer is made to an organisation by name.
    OfferPartyId,
    /// An evaluation that an organisation took.
    TrialId,
    /// Terms that one side proposes to the other.
    ProposalId,
    /// A request of a buyer.
    PurchaseId,
    /// One offer inside a request.
    LineId,
    /// A decision on a request.
    DecisionId,
    /// What is owed for a purchase.
    OrderId,
    /// The right itself.
    GrantId,
    /// A download token (its `jti`).
    TokenId,
    /// The record of who took which file on a day.
    DeliveryId,
    /// An entry of the journal.
    EntryId,
    /// Something to be told to somebody.
    NoticeId,
    /// An address of an organisation's software that is told what happens.
    WebhookId,
    /// Something to be sent to a webhook.
    WebhookDeliveryId,
    /// An edition of the exchange's rules.
    RuleBookId,
    /// How a dataset came to its level.
    GradingId,
    /// A version that waits for the exchange's reviewers, or did.
    ReviewId,
    /// An edition of an organisation's policy or rules.
    PolicyId,
    /// A step that a request has to pass.
    StepId,
    /// Somebody stands in for somebody.
    DelegationId,
    /// A message about a request.
    MessageId,
    /// What may be spent for a cost centre in a period.
    BudgetId,
    /// A reason of an organisation's own for refusing a request.
    ReasonId,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_form_round_trips_and_sorts_by_age() {
        let (first, second) = (MemberId::fresh(), MemberId::fresh());
        assert_eq!(first.as_str().parse::<MemberId>().ok(), Some(first));
        assert!(first < second);
        assert_eq!("x".parse::<MemberId>(), Err(BadId));
        assert_eq!("0193a1b2000070008000000000000000".parse::<MemberId>(), Err(BadId));
    }
}
