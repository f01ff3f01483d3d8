//! The words of the record: what can be done, and to what. Each deed has its words as `deed-CODE` (dots as hyphens).

use crate::values::text_enum;

text_enum! {
    /// A kind of thing that something is done to.
    Thing {
        /// A person's account.
        Member = "member",
        /// An organisation.
        Party = "party",
        /// A dataset.
        Dataset = "dataset",
        /// A purchase request.
        Purchase = "purchase",
        /// A grant.
        Grant = "grant",
        /// A licence.
        Licence = "licence",
        /// A standard of a sector.
        Standard = "standard",
        /// The exchange itself.
        Exchange = "exchange",
    }
}

text_enum! {
    /// What was done.
    Deed {
        /// An account was opened.
        SignedUp = "member.signed_up",
        /// An address was confirmed.
        Confirmed = "member.confirmed",
        /// Somebody signed in.
        SignedIn = "member.signed_in",
        /// Somebody signed out, or ended another session.
        SignedOut = "member.signed_out",
        /// A sign-in failed.
        SignInFailed = "member.sign_in_failed",
        /// A password was changed.
        PasswordChanged = "member.password_changed",
        /// A password reset was asked for.
        ResetAsked = "member.reset_asked",
        /// The address was changed.
        EmailChanged = "member.email_changed",
        /// Name or language was changed.
        ProfileChanged = "member.profile_changed",
        /// How the person is told of things was changed.
        NoticesChosen = "member.notices_chosen",
        /// An API key was made.
        KeyMade = "member.key_made",
        /// An API key was revoked.
        KeyRevoked = "member.key_revoked",
        /// An office of the exchange was given.
        OfficeGiven = "exchange.office_given",
        /// An office of the exchange was taken.
        OfficeTaken = "exchange.office_taken",
        /// A mail that was given up is tried anew.
        MailRetried = "exchange.mail_retried",
        /// The rules of the exchange were changed.
        RulesChanged = "exchange.rules_changed",
        /// An organisation was founded.
        PartyFounded = "party.founded",
        /// An organisation's particulars or policy were changed.
        PartyChanged = "party.changed",
        /// An organisation's policy or selling rules were changed.
        PolicyChanged = "party.policy_changed",
        /// Somebody stands in for somebody.
        DelegateNamed = "party.delegate_named",
        /// A delegation ended before its time.
        DelegationEnded = "party.delegation_ended",
        /// A budget was made, changed or closed.
        BudgetChanged = "party.budget_changed",
        /// The mandate of a service account was changed or ended.
        MandateChanged = "party.mandate_changed",
        /// The operator verified an organisation.
        PartyVerified = "party.verified",
        /// Somebody was invited.
        Invited = "party.invited",
        /// An invitation was withdrawn.
        InvitationWithdrawn = "party.invitation_withdrawn",
        /// Somebody joined.
        Joined = "party.joined",
        /// Somebody's roles were changed.
        RolesChanged = "party.roles_changed",
        /// Somebody left or was removed.
        Left = "party.left",
        /// A service account was made.
        ServiceMade = "party.service_made",
        /// A service account was revoked.
        ServiceRevoked = "party.service_revoked",
        /// A webhook was added.
        WebhookMade = "party.webhook_made",
        /// Address, events or state of a webhook were changed.
        WebhookChanged = "party.webhook_changed",
        /// A webhook got a new secret.
        WebhookRotated = "party.webhook_rotated",
        /// A webhook was removed.
        WebhookRemoved = "party.webhook_removed",
        /// What was given up is sent to a webhook again.
        WebhookRepeated = "party.webhook_repeated",
        /// An own licence was written.
        LicenceWritten = "licence.written",
        /// A licence was drafted with the builder.
        LicenceDrafted = "licence.drafted",
        /// The holder of a grant was asked to accept a newer version of its licence.
        RelicenceAsked = "grant.relicence_asked",
        /// A holder accepted the newer version.
        RelicenceAccepted = "grant.relicence_accepted",
        /// A holder declined the newer version.
        RelicenceDeclined = "grant.relicence_declined",
        /// A dataset was begun.
        DatasetBegun = "dataset.begun",
        /// A dataset's texts were changed.
        DatasetChanged = "dataset.changed",
        /// A dataset was withdrawn from the catalogue.
        DatasetWithdrawn = "dataset.withdrawn",
        /// A dataset was put back into the catalogue.
        DatasetRelisted = "dataset.relisted",
        /// A dataset was graded.
        DatasetGraded = "dataset.graded",
        /// A version was submitted for review.
        ReviewSubmitted = "dataset.review_submitted",
        /// A moderator approved a version.
        ReviewModerated = "dataset.review_moderated",
        /// The compliance officer approved a version.
        ReviewCleared = "dataset.review_cleared",
        /// A version was returned by a reviewer.
        ReviewReturned = "dataset.review_returned",
        /// A submission was taken back.
        ReviewWithdrawn = "dataset.review_withdrawn",
        /// A version was begun.
        VersionBegun = "dataset.version_begun",
        /// A file was uploaded.
        FileUploaded = "dataset.file_uploaded",
        /// A resumable upload was begun.
        UploadBegun = "dataset.upload_begun",
        /// A resumable upload was given up, ran out, or did not become a file.
        UploadEnded = "dataset.upload_ended",
        /// A file of a draft was removed.
        FileRemoved = "dataset.file_removed",
        /// A version was published.
        VersionPublished = "dataset.version_published",
        /// A version was recalled.
        VersionRecalled = "dataset.version_recalled",
        /// A publisher advised against a version.
        VersionDeprecated = "dataset.version_deprecated",
        /// The advice against a version was taken back.
        VersionRestored = "dataset.version_restored",
        /// The operator wrote a standard into the library.
        StandardWritten = "standard.written",
        /// A draft declares a standard.
        StandardDeclared = "dataset.standard_declared",
        /// What everybody may see of a file was chosen.
        SampleChosen = "dataset.sample_chosen",
        /// A draft no longer declares a standard.
        StandardUndeclared = "dataset.standard_undeclared",
        /// A publisher named what went into a version.
        LineageChanged = "dataset.lineage_changed",
        /// An offer was made.
        OfferMade = "dataset.offer_made",
        /// An offer was closed.
        OfferClosed = "dataset.offer_closed",
        /// An offer was replaced by a new edition.
        OfferReplaced = "dataset.offer_replaced",
        /// A request was submitted.
        PurchaseSubmitted = "purchase.submitted",
        /// A request was submitted again after changes.
        PurchaseResubmitted = "purchase.resubmitted",
        /// The buyer's approver approved.
        BuyerApproved = "purchase.buyer_approved",
        /// The seller approved.
        SellerApproved = "purchase.seller_approved",
        /// The seller's rules agreed without anybody looking.
        RuleApproved = "purchase.rule_approved",
        /// A machine accepted inside its mandate.
        MandateUsed = "purchase.mandate_used",
        /// A signatory signed the agreement.
        AgreementSigned = "purchase.agreement_signed",
        /// A step is late and others were asked too.
        StepEscalated = "purchase.step_escalated",
        /// The compliance officer approved.
        ComplianceApproved = "purchase.compliance_approved",
        /// A request was returned for changes.
        PurchaseReturned = "purchase.returned",
        /// A request was refused.
        PurchaseRefused = "purchase.refused",
        /// A side proposed terms.
        ProposalMade = "purchase.proposal_made",
        /// The other side agreed to proposed terms.
        ProposalAgreed = "purchase.proposal_agreed",
        /// A quote that had run out was made again.
        Requoted = "purchase.requoted",
        /// A request was withdrawn.
        PurchaseWithdrawn = "purchase.withdrawn",
        /// A request ran out.
        PurchaseExpired = "purchase.expired",
        /// An invoice was opened.
        OrderOpened = "purchase.order_opened",
        /// A payment was recorded.
        OrderPaid = "purchase.order_paid",
        /// A grant came into being.
        Granted = "grant.given",
        /// A grant was terminated.
        GrantTerminated = "grant.terminated",
        /// A grant was suspended.
        GrantSuspended = "grant.suspended",
        /// A suspended grant goes on.
        GrantResumed = "grant.resumed",
        /// The limits of a grant were changed.
        GrantLimited = "grant.limited",
        /// The holder narrowed the own use of a grant.
        GrantNarrowed = "grant.narrowed",
        /// A seat of a grant was freed.
        SeatFreed = "grant.seat_freed",
        /// The holder said whether a grant is to be renewed.
        RenewalFlagged = "grant.renewal_flagged",
        /// A download token was rolled.
        TokenRolled = "grant.token_rolled",
        /// A download token was issued.
        TokenIssued = "grant.token_issued",
        /// A download token was revoked.
        TokenRevoked = "grant.token_revoked",
        /// A file was taken for the first time on a day.
        FileTaken = "grant.file_taken",
    }
}
