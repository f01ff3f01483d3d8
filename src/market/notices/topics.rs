//! By kind of notice: which topic it belongs to, and which mailed link it carries. A new kind gets its topic here.

use super::Kind;
use crate::values::text_enum;

text_enum! {
    /// What notices are about; people choose for each topic how they are told. Words: `topic-TEXT` and `topic-TEXT-text`.
    Topic {
        /// What waits for the receiver's decision, and that it no longer does.
        Decisions = "decisions",
        /// The course of a request that the receiver's side made.
        Requests = "requests",
        /// Invoices and payments.
        Payments = "payments",
        /// Grants: given, ending, ended.
        Grants = "grants",
        /// New versions of what the receiver's organisation holds.
        Versions = "versions",
        /// Versions that were recalled or advised against.
        Recalls = "recalls",
        /// What reviewers said about own listings.
        Listings = "listings",
        /// The own organisation.
        Organisation = "organisation",
        /// The account and its security. Nobody can turn these off.
        Account = "account",
    }
}

text_enum! {
    /// How a notice goes by mail.
    Mailing {
        /// At once.
        Now = "now",
        /// In the daily summary.
        Digest = "digest",
        /// Not at all.
        None = "none",
    }
}

impl Topic {
    /// Whether the receiver has no choice.
    #[must_use]
    pub const fn locked(self) -> bool {
        matches!(self, Self::Account)
    }
    /// How it goes by mail while the person has chosen nothing. All topics stand on the site.
    #[must_use]
    pub const fn usual_mailing(self) -> Mailing {
        match self {
            Self::Versions => Mailing::Digest,
            Self::Decisions
            | Self::Requests
            | Self::Payments
            | Self::Grants
            | Self::Recalls
            | Self::Listings
            | Self::Organisation
            | Self::Account => Mailing::Now,
        }
    }
}

impl Kind {
    /// The topic that it belongs to.
    #[must_use]
    pub const fn topic(self) -> Topic {
        match self {
            Self::ApprovalWanted
            | Self::ComplianceWanted
            | Self::RequestReceived
            | Self::QuoteWanted
            | Self::ProposalReceived
            | Self::RequestWithdrawn
            | Self::RequestDecided
            | Self::SignatureWanted
            | Self::StepReminder
            | Self::StepEscalated
            | Self::DelegateNamed
            | Self::ReviewWanted => Topic::Decisions,
            Self::RequestSubmitted
            | Self::MessageCame
            | Self::RequestReturned
            | Self::RequestRefused
            | Self::RequestExpired
            | Self::ProposalAgreed => Topic::Requests,
            Self::InvoiceOpened | Self::InvoicePaid => Topic::Payments,
            Self::Granted
            | Self::GrantTerminated
            | Self::GrantNoticed
            | Self::GrantSuspended
            | Self::GrantResumed
            | Self::GrantLimited
            | Self::RelicenceAsked
            | Self::RelicenceAnswered
            | Self::GrantEnding
            | Self::GrantLapsed => Topic::Grants,
            Self::VersionPublished => Topic::Versions,
            Self::VersionRecalled | Self::VersionDeprecated => Topic::Recalls,
            Self::ReviewReturned | Self::ReviewApproved => Topic::Listings,
            Self::PartyVerified | Self::WebhookDisabled => Topic::Organisation,
            Self::Confirm
            | Self::AlreadyMember
            | Self::Reset
            | Self::PasswordChanged
            | Self::NewEmail
            | Self::EmailChanged
            | Self::Invitation
            | Self::OfficeGiven
            | Self::OfficeTaken
            | Self::Digest => Topic::Account,
        }
    }

    /// The purpose of the mailed link that it carries, if it does. Such a notice goes by mail only.
    #[must_use]
    pub fn mailed_link(self) -> Option<&'static str> {
        // Few kinds carry one, and a new one that does is named here.
        [
            (Self::Confirm, "confirm"),
            (Self::Reset, "reset"),
            (Self::NewEmail, "new_email"),
            (Self::Invitation, "invitation"),
        ]
        .into_iter()
        .find_map(|(kind, purpose)| (kind == self).then_some(purpose))
    }

    /// Whether it is a mail and nothing else: it carries a link, answers a stranger, or is the daily summary itself.
    #[must_use]
    pub fn mail_only(self) -> bool {
        self.mailed_link().is_some() || matches!(self, Self::AlreadyMember | Self::Digest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_carries_a_secret_is_mail_only_and_cannot_be_turned_off() {
        for kind in Kind::ALL.iter().copied() {
            assert!(kind.mailed_link().is_none() || kind.mail_only() && kind.topic().locked(), "{kind}");
        }
        for kind in [Kind::PasswordChanged, Kind::EmailChanged, Kind::OfficeGiven] {
            assert!(kind.topic().locked() && !kind.mail_only());
        }
    }
}
