//! The closed word lists of licence terms: what may be done, how far, which duties come with it, and who keeps a term.
//!
//! The stored codes are part of the canonical JSON and of the API: they are never renamed. The words people read stand in
//! `words/*/licences.ftl` under the keys given here.

use serde::{Deserialize, Serialize};

/// Declares an enum with its stored codes and the keys of its messages.
macro_rules! kinds {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident, $code:literal, $key:literal;)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $($(#[$vdoc])* $variant,)+ }

        impl $name {
            /// Holds every kind once, in the order in which it is stored and shown.
            pub const ALL: &[Self] = &[$(Self::$variant,)+];

            /// Gives the stored code, in snake case; it never changes.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code,)+ }
            }

            /// Gives the key of the message that names it.
            #[must_use]
            pub const fn key(self) -> &'static str {
                match self { $(Self::$variant => $key,)+ }
            }

            /// Finds the kind with this stored code.
            #[must_use]
            pub fn find(code: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|kind| kind.code() == code)
            }
        }
    };
}

pub(super) use kinds;

kinds! {
    /// Something a buyer may wish to do with the data.
    Action {
        /// Looks at, computes on and draws the data, for oneself.
        Analyse, "analyse", "action-analyse";
        /// Trains models and keeps their weights.
        TrainModels, "train_models", "action-train-models";
        /// Makes changed, merged or labelled data from it.
        Derive, "derive", "action-derive";
        /// Publishes findings and figures, not the data.
        PublishResults, "publish_results", "action-publish-results";
        /// Uses it for profit: in products, services or operations.
        CommercialUse, "commercial_use", "action-commercial-use";
        /// Passes the data itself on to others.
        Redistribute, "redistribute", "action-redistribute";
        /// Gives others a licence of one's own in it.
        Sublicense, "sublicense", "action-sublicense";
    }
}

kinds! {
    /// How far an action may be done.
    Verdict {
        /// May be done.
        Allowed, "allowed", "verdict-allowed";
        /// May be done when the condition in the note is met.
        Conditional, "conditional", "verdict-conditional";
        /// May not be done.
        Forbidden, "forbidden", "verdict-forbidden";
    }
}

kinds! {
    /// What the holder must do.
    Duty {
        /// Names the source.
        Attribute, "attribute", "duty-attribute";
        /// Passes derived data on under the same licence only.
        ShareAlike, "share_alike", "duty-share-alike";
        /// Keeps the notices and the licence text with the data.
        KeepNotices, "keep_notices", "duty-keep-notices";
        /// Deletes the data when the licence ends.
        DeleteAtEnd, "delete_at_end", "duty-delete-at-end";
        /// Tells the licensor how the data was used.
        ReportUse, "report_use", "duty-report-use";
        /// Keeps the data secret.
        Confidential, "confidential", "duty-confidential";
        /// Lets the licensor check that the licence is kept.
        Audit, "audit", "duty-audit";
    }
}

kinds! {
    /// What bounds the delivery of the data.
    Limit {
        /// Only members and service accounts of the holder get the data here.
        HolderOnly, "holder_only", "limit-holder-only";
        /// Delivery stops when the grant ends.
        GrantTerm, "grant_term", "limit-grant-term";
    }
}

kinds! {
    /// Who sees to it that a term is kept.
    Keeper {
        /// The server refuses what the term forbids.
        Enforced, "enforced", "keeper-enforced";
        /// The parties promise it; the server cannot see it.
        Promised, "promised", "keeper-promised";
    }
}

impl Action {
    /// Gives the place in [`Action::ALL`].
    #[must_use]
    pub(super) const fn place(self) -> usize {
        match self {
            Self::Analyse => 0,
            Self::TrainModels => 1,
            Self::Derive => 2,
            Self::PublishResults => 3,
            Self::CommercialUse => 4,
            Self::Redistribute => 5,
            Self::Sublicense => 6,
        }
    }

    /// Tells who keeps a rule on this action: what happens with the data after delivery, the server cannot see.
    #[must_use]
    pub const fn keeper(self) -> Keeper {
        match self {
            Self::Analyse
            | Self::TrainModels
            | Self::Derive
            | Self::PublishResults
            | Self::CommercialUse
            | Self::Redistribute
            | Self::Sublicense => Keeper::Promised,
        }
    }
}

impl Duty {
    /// Tells who keeps this duty: all of them happen at the buyer's, where the server cannot see.
    #[must_use]
    pub const fn keeper(self) -> Keeper {
        match self {
            Self::Attribute
            | Self::ShareAlike
            | Self::KeepNotices
            | Self::DeleteAtEnd
            | Self::ReportUse
            | Self::Confidential
            | Self::Audit => Keeper::Promised,
        }
    }
}

impl Limit {
    /// Tells who keeps this limit: both are conditions of every download.
    #[must_use]
    pub const fn keeper(self) -> Keeper {
        match self {
            Self::HolderOnly | Self::GrantTerm => Keeper::Enforced,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::bounds::{Bound, Purpose, Recipient, Statement};
    use super::*;

    #[test]
    fn codes_are_the_names_in_json() {
        for action in Action::ALL {
            assert_eq!(serde_json::json!(action), action.code());
            assert_eq!(Action::find(action.code()), Some(*action));
            assert_eq!(Action::ALL.get(action.place()), Some(action));
        }
        assert!(Verdict::ALL.iter().all(|kind| serde_json::json!(kind) == kind.code()));
        assert!(Duty::ALL.iter().all(|kind| serde_json::json!(kind) == kind.code()));
        assert!(Limit::ALL.iter().all(|kind| serde_json::json!(kind) == kind.code()));
        assert!(Keeper::ALL.iter().all(|kind| serde_json::json!(kind) == kind.code()));
    }

    #[test]
    fn every_key_has_a_message_in_both_languages() {
        let zh = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/words/zh-CN/licences.ftl"));
        let en = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/words/en/licences.ftl"));
        let keys = Action::ALL.iter().map(|kind| kind.key());
        let keys = keys.chain(Verdict::ALL.iter().map(|kind| kind.key()));
        let keys = keys.chain(Duty::ALL.iter().map(|kind| kind.key()));
        let keys = keys.chain(Limit::ALL.iter().map(|kind| kind.key()));
        let keys = keys.chain(Bound::ALL.iter().map(|kind| kind.key()));
        let keys = keys.chain(Purpose::ALL.iter().map(|kind| kind.key()));
        let keys = keys.chain(Recipient::ALL.iter().map(|kind| kind.key()));
        let keys = keys.chain(Statement::ALL.iter().map(|kind| kind.key()));
        for key in keys.chain(Keeper::ALL.iter().map(|kind| kind.key())) {
            for words in [zh, en] {
                assert!(words.lines().any(|line| line.starts_with(&format!("{key} = "))), "{key} is missing");
            }
        }
    }
}
