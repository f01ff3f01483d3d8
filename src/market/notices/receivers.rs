//! Who is told, and why: the room that files a notice resolves its receivers and says what makes them receivers.

use crate::values::{Lang, MemberId, PartyId};
use std::collections::BTreeMap;

/// Who is told: an address, the language, and whose account it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receiver {
    /// The address.
    pub email: String,
    /// The receiver's language, not the actor's.
    pub lang: Lang,
    /// The account; none for somebody who has an address only.
    pub member: Option<MemberId>,
    /// Why they are told.
    pub why: Why,
}

/// Why somebody is told. Words: `why-…`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    /// Somebody named the address.
    Address,
    /// It is about the own account.
    Account,
    /// The receiver asked or acted, perhaps for an organisation.
    Own(Option<PartyId>),
    /// The receiver has a role in an organisation.
    Role {
        /// The role.
        role: String,
        /// The organisation.
        party: PartyId,
        /// Its name in the receiver's language.
        name: String,
        /// The number of the grant that the organisation holds, where that is the cause.
        grant: Option<String>,
    },
    /// The receiver holds an office of the exchange.
    Office(String),
}

impl Receiver {
    /// Somebody of whom only the address is known.
    #[must_use]
    pub const fn address(email: String, lang: Lang) -> Self {
        Self { email, lang, member: None, why: Why::Address }
    }
    /// The same receiver for another cause.
    #[must_use]
    pub fn because(mut self, why: Why) -> Self {
        self.why = why;
        self
    }
    /// The same receiver, told since the organisation holds this grant, where a role there is the cause.
    #[must_use]
    pub fn holding(mut self, number: &str) -> Self {
        if let Why::Role { grant, .. } = &mut self.why {
            *grant = Some(number.to_owned());
        }
        self
    }
}

impl Why {
    /// The organisation that it comes from: a key that is bound to another one does not see the notice.
    #[must_use]
    pub const fn party(&self) -> Option<PartyId> {
        match self {
            Self::Own(party) => *party,
            Self::Role { party, .. } => Some(*party),
            Self::Address | Self::Account | Self::Office(_) => None,
        }
    }
    /// The key of its words.
    #[must_use]
    pub const fn key(&self) -> &'static str {
        match self {
            Self::Address => "why-address",
            Self::Account => "why-account",
            Self::Own(_) => "why-own",
            Self::Role { grant: None, .. } => "why-role",
            Self::Role { grant: Some(_), .. } => "why-holder",
            Self::Office(_) => "why-office",
        }
    }
    /// Writes it beside the facts of a notice.
    pub(super) fn note(&self, facts: &mut BTreeMap<String, String>) {
        let mut put = |name: &str, value: &str| facts.insert(format!("why_{name}"), value.to_owned());
        match self {
            Self::Address => put("cause", "address"),
            Self::Account => put("cause", "account"),
            Self::Own(party) => {
                party.map(|p| put("party", p.as_str()));
                put("cause", "own")
            }
            Self::Role { role, party, name, grant } => {
                put("role", role);
                put("party", party.as_str());
                put("name", name);
                grant.as_deref().map(|g| put("grant", g));
                put("cause", "role")
            }
            Self::Office(office) => {
                put("office", office);
                put("cause", "office")
            }
        };
    }
    /// Reads it again; notices of before it was kept were sent to an address.
    #[must_use]
    pub(super) fn of(facts: &BTreeMap<String, String>) -> Self {
        let get = |name: &str| facts.get(&format!("why_{name}")).cloned();
        let party = get("party").and_then(|p| p.parse().ok());
        match (get("cause").as_deref(), party, get("role"), get("office")) {
            (Some("account"), ..) => Self::Account,
            (Some("own"), party, ..) => Self::Own(party),
            (Some("role"), Some(party), Some(role), _) => {
                Self::Role { role, party, name: get("name").unwrap_or_default(), grant: get("grant") }
            }
            (Some("office"), _, _, Some(office)) => Self::Office(office),
            _ => Self::Address,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cause_survives_the_row() {
        let party = PartyId::fresh();
        let role = |grant: Option<&str>| Why::Role {
            role: "owner".into(),
            party,
            name: "A".into(),
            grant: grant.map(Into::into),
        };
        let office = Why::Office("operator".into());
        for why in
            [Why::Address, Why::Account, Why::Own(None), Why::Own(Some(party)), role(None), role(Some("GR-1")), office]
        {
            let mut facts = BTreeMap::new();
            why.note(&mut facts);
            assert_eq!(Why::of(&facts), why);
        }
        assert_eq!(Why::of(&BTreeMap::new()), Why::Address);
    }
}
