//! What the demo exchange is filled with: organisations, people, datasets, offers and purchases, as plain data.
//!
//! Codes are written as the rooms read them (`licensor`, `prepaid`, `time_series` …). Nothing here acts; `cli::demo` carries it
//! through the rooms. All names are invented; mail addresses end in `.example` (RFC 2606).

mod energy;
mod maintenance;
mod parties;
mod quality;
mod scenarios;
mod supply;

pub use super::data::Generator;
pub use parties::{ORGANISATIONS, PASSWORD, PEOPLE, SERVICES};
pub use scenarios::SCENARIOS;

/// An organisation of the demo.
#[derive(Clone, Copy, Debug)]
pub struct Organisation {
    /// Name in addresses.
    pub slug: &'static str,
    /// Legal name in Chinese.
    pub name_zh: &'static str,
    /// Legal name in English.
    pub name_en: &'static str,
    /// `company`, `institute` or `consortium`.
    pub kind: &'static str,
    /// ISO 3166-1 alpha-2.
    pub country: &'static str,
    /// Unified social credit code (GB 32100-2015), or VAT number outside China.
    pub registration: &'static str,
    /// How the operator checked it; `None` when it still waits for that.
    pub verification: Option<&'static str>,
    /// Account for payments, several lines; empty when it sells nothing for money.
    pub payee: &'static str,
    /// Purchases above this net amount need an approver, in minor units of CNY; `None` when there is no such rule.
    pub approval_over_minor: Option<i64>,
}

/// A person with an account.
#[derive(Clone, Copy, Debug)]
pub struct Person {
    /// Mail address, by which everything else names the person.
    pub email: &'static str,
    /// Name as shown.
    pub name: &'static str,
    /// `zh-CN` or `en`.
    pub language: &'static str,
    /// Office at the exchange: `operator`, `moderator`, `compliance` or `site_auditor`.
    pub office: Option<&'static str>,
    /// Slug of the organisation; empty for the staff of the exchange.
    pub organisation: &'static str,
    /// Roles there: `owner`, `requester`, `approver`, `signatory`, `publisher`, `licensor`, `finance`, `auditor`.
    pub roles: &'static [&'static str],
}

/// A machine of an organisation.
#[derive(Clone, Copy, Debug)]
pub struct Service {
    /// Slug of the organisation.
    pub organisation: &'static str,
    /// Name as shown.
    pub name: &'static str,
}

/// A file of a version.
#[derive(Clone, Copy, Debug)]
pub struct File {
    /// Path inside the version.
    pub path: &'static str,
    /// What writes it.
    pub generator: Generator,
    /// Rows below the header, as the tests count them.
    pub rows: u32,
}

/// A release of a dataset.
#[derive(Clone, Copy, Debug)]
pub struct Version {
    /// Label, such as `1.1.0`.
    pub label: &'static str,
    /// What is new.
    pub note: &'static str,
    /// Its files.
    pub files: &'static [File],
    /// Reason of the recall, for a version that is recalled once all have been published.
    pub recall: Option<&'static str>,
}

/// A licence at a price.
#[derive(Clone, Copy, Debug)]
pub struct Offer {
    /// Title, unique within its dataset; scenarios name it.
    pub title: &'static str,
    /// SPDX identifier or `LicenseRef-…`.
    pub licence: &'static str,
    /// Net price in minor units, 0 for free.
    pub price_minor: i64,
    /// ISO 4217 code.
    pub currency: &'static str,
    /// Tax rate in hundredths of a per cent: 600 is 6 %.
    pub tax_basis_points: i32,
    /// `instant` or `licensor`.
    pub approval: &'static str,
    /// `none`, `prepaid` or `later`.
    pub payment: &'static str,
    /// Days from order to due date.
    pub payment_days: i32,
    /// Days the grant lasts; `None` for no end.
    pub term_days: Option<i32>,
    /// `version` or `all_versions`.
    pub scope: &'static str,
}

/// A dataset of the demo. Empty texts are not given in that language; a Chinese or an English text is always there.
#[derive(Clone, Copy, Debug)]
pub struct Dataset {
    /// Slug of the owner.
    pub owner: &'static str,
    /// Name in addresses, unique within its owner.
    pub slug: &'static str,
    /// Title in Chinese.
    pub title_zh: &'static str,
    /// Title in English.
    pub title_en: &'static str,
    /// Summary in Chinese.
    pub summary_zh: &'static str,
    /// Summary in English.
    pub summary_en: &'static str,
    /// Data card in Chinese, Markdown.
    pub card_zh: &'static str,
    /// Data card in English, Markdown.
    pub card_en: &'static str,
    /// Section letter of ISIC Rev. 4 (`C` manufacturing, `D` energy supply, `H` transport and storage, which GB/T 4754 calls G).
    pub sector: &'static str,
    /// `time_series` or `tables`.
    pub kind: &'static str,
    /// `predictive_maintenance`, `quality_inspection`, `energy` or `supply_chain`.
    pub use_case: &'static str,
    /// `general` or `important`.
    pub level: &'static str,
    /// Where the data come from and which rights the owner has.
    pub source_statement: &'static str,
    /// Whom to ask.
    pub contact: &'static str,
    /// Releases, oldest first.
    pub versions: &'static [Version],
    /// Offers.
    pub offers: &'static [Offer],
}

/// One line of a purchase: an offer of a dataset.
#[derive(Clone, Copy, Debug)]
pub struct Line {
    /// Slug of the seller.
    pub seller: &'static str,
    /// Slug of the dataset.
    pub dataset: &'static str,
    /// Title of the offer.
    pub offer: &'static str,
}

/// What a person said when deciding.
#[derive(Clone, Copy, Debug)]
pub struct Decision {
    /// Mail address of who decides.
    pub by: &'static str,
    /// Note or reason.
    pub note: &'static str,
}

/// How far a purchase goes. Where it passes a side that must agree, the scenario names who does.
#[derive(Clone, Copy, Debug)]
pub enum Outcome {
    /// Waits for the buyer's approver.
    AwaitingBuyer,
    /// Waits for the seller's licensor.
    AwaitingSeller,
    /// Agreed by the seller; waits for the compliance officer, as important data does.
    AwaitingCompliance,
    /// Returned for changes by the seller.
    Returned(Decision),
    /// Refused by the seller with a reason.
    Refused(Decision),
    /// Refused by the buyer's own approver with a reason.
    RefusedByBuyer(Decision),
    /// Withdrawn by the requester.
    Withdrawn,
    /// Agreed; the invoice is open.
    AwaitingPayment,
    /// Granted without payment before: free, or payable later.
    Granted,
    /// Paid in full and granted.
    Paid {
        /// Mail address of the seller's finance.
        by: &'static str,
        /// Bank reference.
        reference: &'static str,
    },
    /// Granted (and paid, where prepaid: `by` finance with `reference`), then terminated.
    Terminated {
        /// Who ends it and why.
        decision: Decision,
        /// Mail address of the seller's finance and bank reference, when it had to be paid first.
        paid: Option<(&'static str, &'static str)>,
    },
}

/// A purchase of the demo.
#[derive(Clone, Copy, Debug)]
pub struct Scenario {
    /// Short name for logs and tests, unique.
    pub key: &'static str,
    /// Slug of the buyer.
    pub buyer: &'static str,
    /// Mail address of the requester.
    pub requester: &'static str,
    /// What is asked for; one seller.
    pub lines: &'static [Line],
    /// Purpose in the requester's words.
    pub purpose: &'static str,
    /// Language in which the licence is accepted: `zh-CN` or `en`.
    pub language: &'static str,
    /// The buyer's approval, where policy asks for one and the purchase passes it.
    pub approval: Option<Decision>,
    /// The seller's approval, where the offer asks for one and the purchase passes it.
    pub agreement: Option<Decision>,
    /// How far it goes.
    pub outcome: Outcome,
    /// How many days before the start of the demo it was asked.
    pub asked_days_ago: u32,
    /// Download tokens to issue when granted: `true` for one that is revoked afterwards.
    pub tokens: &'static [bool],
}

/// Gives every dataset, by use case.
pub fn datasets() -> impl Iterator<Item = &'static Dataset> {
    [maintenance::DATASETS, quality::DATASETS, energy::DATASETS, supply::DATASETS].into_iter().flatten()
}

#[cfg(test)]
mod tests;
