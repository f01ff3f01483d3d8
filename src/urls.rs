//! Every address of the site. A page never writes one itself.

use crate::market::conditions::Step;
use crate::values::{
    DatasetId, FileId, GrantId, LicenceDraftId, LicenceId, OfferId, OrderId, PartyId, PurchaseId, ReviewId, StandardId,
    TokenId, UploadId, VersionId,
};

/// Writes a text so that it can stand as one part of an address or as a value in a query (RFC 3986 unreserved stay).
#[must_use]
pub fn encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

/// The catalogue, which is also the home page.
pub const CATALOGUE: &str = "/datasets";
/// The form that begins a dataset.
pub const DATASET_NEW: &str = "/datasets/new";
/// The form that begins a dataset from a description.
pub const DATASET_IMPORT: &str = "/datasets/import";
/// The own datasets and what waits for the seller.
pub const SELL: &str = "/sell";
/// The licences.
pub const LICENCES: &str = "/licences";
/// The library of standards.
pub const STANDARDS: &str = "/standards";
/// The form that writes a standard.
pub const STANDARD_NEW: &str = "/operator/standards/new";
/// The requests of the own organisations, as buyer.
pub const PURCHASES: &str = "/requests";
/// What waits for the reader's decision.
pub const INBOX: &str = "/inbox";
/// The grants.
pub const GRANTS: &str = "/grants";
/// The invoices.
pub const ORDERS: &str = "/orders";
/// What the reader was told.
pub const NOTICES: &str = "/notices";
/// How the reader wants to be told.
pub const NOTICE_SETTINGS: &str = "/account/notices";
/// The own account.
pub const ACCOUNT: &str = "/account";
/// The own organisations.
pub const ORGANISATIONS: &str = "/organisations";
/// The operator's desk.
pub const OPERATOR: &str = "/operator";
/// The rules by which the completeness of a description is counted.
pub const COMPLETENESS: &str = "/rules/completeness";
/// What a moderator decides on.
pub const MODERATION: &str = "/moderation";
/// What the compliance officer decides on.
pub const COMPLIANCE: &str = "/compliance";
/// The rules of the exchange.
pub const RULES: &str = "/rules";
/// Help.
pub const HELP: &str = "/help";
/// Where a new account is opened.
pub const SIGN_UP: &str = "/sign-up";
/// Where a new password is asked for.
pub const RESET: &str = "/reset";
/// Where language and theme are chosen.
pub const PREFERENCES: &str = "/preferences";

/// The stem of the door for resumable uploads.
pub const TUS: &str = "/tus/";
/// Where its uploads stand.
pub const TUS_UPLOADS: &str = "/tus/uploads/";
/// The version of the tus protocol that stands behind it.
pub const TUS_VERSION: &str = "1.0.0";

/// Where resumable uploads into a version begin.
#[must_use]
pub fn tus_version(version: VersionId) -> String {
    format!("{TUS}versions/{version}")
}
/// A resumable upload.
#[must_use]
pub fn tus_upload(upload: UploadId) -> String {
    format!("{TUS_UPLOADS}{upload}")
}
/// The sign-in page that leads on to an address.
#[must_use]
pub fn sign_in(next: &str) -> String {
    if next.is_empty() || next == CATALOGUE { "/sign-in".to_owned() } else { format!("/sign-in?next={}", encode(next)) }
}
/// The page of a mailed link.
#[must_use]
pub fn mailed_link(purpose: &str, secret: &str) -> String {
    format!("/links/{}/{secret}", purpose.replace('_', "-"))
}
/// The page that ends mails about a topic, and what mail programs post to.
#[must_use]
pub fn unsubscription(secret: &str) -> String {
    format!("/links/unsubscribe/{secret}")
}
/// A dataset's page.
#[must_use]
pub fn dataset(party: &str, slug: &str) -> String {
    format!("/datasets/{party}/{slug}")
}
/// A tab or sub-page of a dataset.
#[must_use]
pub fn dataset_part(party: &str, slug: &str, part: &str) -> String {
    format!("/datasets/{party}/{slug}/{part}")
}
/// A dataset's page by its identifier.
#[must_use]
pub fn dataset_by_id(id: DatasetId) -> String {
    format!("/datasets/by-id/{id}")
}
/// A page of a version.
#[must_use]
pub fn version(party: &str, slug: &str, version: VersionId, part: &str) -> String {
    format!("/datasets/{party}/{slug}/versions/{version}/{part}")
}
/// The page of a version, by its label.
#[must_use]
pub fn release(party: &str, slug: &str, label: &str) -> String {
    format!("/datasets/{party}/{slug}/versions/{}", encode(label))
}
/// The request form for an offer.
#[must_use]
pub fn request(party: &str, slug: &str, offer: OfferId) -> String {
    format!("/datasets/{party}/{slug}/request?offer={offer}")
}
/// A licence's page.
#[must_use]
pub fn licence(id: LicenceId) -> String {
    format!("/licences/{id}")
}
/// The builder of licences.
pub const LICENCE_BUILD: &str = "/licences/build";
/// A licence that is being built.
#[must_use]
pub fn licence_draft(id: LicenceDraftId) -> String {
    format!("/licences/drafts/{id}")
}
/// A standard's page.
#[must_use]
pub fn standard(id: StandardId) -> String {
    format!("/standards/{id}")
}
/// A request's page.
#[must_use]
pub fn purchase(id: PurchaseId) -> String {
    format!("/requests/{id}")
}
/// Something done to a request.
#[must_use]
pub fn purchase_part(id: PurchaseId, part: &str) -> String {
    format!("/requests/{id}/{part}")
}
/// A review's page.
#[must_use]
pub fn review(id: ReviewId) -> String {
    format!("/reviews/{id}")
}
/// Something done to a review.
#[must_use]
pub fn review_part(id: ReviewId, part: &str) -> String {
    format!("/reviews/{id}/{part}")
}
/// An invoice's page.
#[must_use]
pub fn order(id: OrderId) -> String {
    format!("/orders/{id}")
}
/// A grant's page.
#[must_use]
pub fn grant(id: GrantId) -> String {
    format!("/grants/{id}")
}
/// A sub-page of a grant, or something done to it.
#[must_use]
pub fn grant_part(id: GrantId, part: &str) -> String {
    format!("/grants/{id}/{part}")
}
/// The address of a file under a grant; it never changes, whoever asks with whatever credential.
#[must_use]
pub fn grant_file(id: GrantId, file: FileId, path: &str) -> String {
    let name = path.rsplit('/').next().unwrap_or(path);
    format!("/grants/{id}/files/{file}/{}", encode(name))
}
/// Where a download token is revoked.
#[must_use]
pub fn token_revocation(grant: GrantId, token: TokenId) -> String {
    format!("/grants/{grant}/tokens/{token}/revocation")
}
/// The public page that tells whether a receipt is good.
pub const VERIFY: &str = "/verify";
/// The same for a receipt by its number or identifier.
#[must_use]
pub fn verify(named: &str) -> String {
    format!("{VERIFY}?receipt={}", encode(named))
}
/// An organisation's page.
#[must_use]
pub fn organisation(slug: &str) -> String {
    format!("/organisations/{slug}")
}
/// A sub-page of an organisation.
#[must_use]
pub fn organisation_part(slug: &str, part: &str) -> String {
    format!("/organisations/{slug}/{part}")
}
/// An organisation's page by its identifier.
#[must_use]
pub fn organisation_by_id(id: PartyId) -> String {
    format!("/organisations/by-id/{id}")
}
/// The page that explains a problem.
#[must_use]
pub fn problem(code: &str) -> String {
    format!("/problems/{code}")
}

/// Where a condition can be mended.
#[must_use]
pub fn step(step: &Step) -> String {
    match step {
        Step::Party(id) => organisation_by_id(*id),
        Step::Members(id) => format!("{}?part=members", organisation_by_id(*id)),
        Step::Dataset(id) => dataset_by_id(*id),
        Step::Grading(id) => format!("{}/level", dataset_by_id(*id)),
        Step::Review(id) => review(*id),
        Step::Purchase(id) => purchase(*id),
        Step::Grant(id) => grant(*id),
        Step::Limits(id) => grant_part(*id, "limits"),
        Step::Renewal(id) => grant_part(*id, "renewal"),
        Step::Account => ACCOUNT.to_owned(),
    }
}

/// Takes an address to go on to after signing in, if it is a path of this site and nothing else.
#[must_use]
pub fn safe_next(text: &str) -> Option<String> {
    let plain = text.starts_with('/') && !text.starts_with("//") && text.len() <= 1000;
    let clean = text.bytes().all(|b| b.is_ascii_graphic() && b != b'\\');
    // A browser removes dots before it looks for two slashes.
    let dots = text.split(['?', '#']).next().unwrap_or_default().split('/').any(|part| {
        let part = part.to_ascii_lowercase().replace("%2e", ".");
        part == "." || part == ".."
    });
    (plain && clean && !dots && !text.starts_with("/sign-in")).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn next_is_a_path_of_this_site() {
        for good in ["/", "/datasets", "/requests/0193?x=1", "/datasets?q=%E8%BD%B4"] {
            assert!(safe_next(good).is_some(), "{good}");
        }
        for bad in [
            "",
            "datasets",
            "//evil.example",
            "///evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "https://evil.example",
            "javascript:alert(1)",
            "/a\\b",
            "/a\nb",
            "/ b",
            "/\t/evil",
            "/..//evil.example",
            "/./evil",
            "/%2e%2e//evil",
            "/%2E/x",
            "/é",
            "mailto:x",
            "?x",
            "#x",
            "/sign-in",
        ] {
            assert!(safe_next(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn names_are_encoded() {
        let id = GrantId::of(uuid::Uuid::nil());
        let file = FileId::of(uuid::Uuid::nil());
        assert!(grant_file(id, file, "数据/a b%.csv").ends_with("/a%20b%25.csv"));
    }
}
