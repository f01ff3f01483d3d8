//! The parameters of a built licence, and which of them go together.

use super::super::terms::{Purpose, Recipient};
use crate::values::text_enum;
use serde::{Deserialize, Serialize};

text_enum! {
    /// How far models may be trained.
    Training {
        /// Not at all.
        None = "none",
        /// Trial models, to judge the data.
        Trial = "trial",
        /// Models for use inside.
        Internal = "internal",
        /// Models that may be kept and used after the end.
        Keep = "keep",
        /// Models that may be kept and given to others.
        Distribute = "distribute",
    }
}
text_enum! {
    /// How far derived data may be made.
    Derivation {
        /// Not at all.
        None = "none",
        /// For use inside.
        Internal = "internal",
        /// Also for others, unless the data can be got back from it.
        Distribute = "distribute",
    }
}
text_enum! {
    /// How far results may be published.
    Results {
        /// Not at all.
        None = "none",
        /// With consent.
        Consent = "consent",
        /// Naming the source.
        Attributed = "attributed",
        /// Freely.
        Free = "free",
    }
}
text_enum! {
    /// How far use for profit goes.
    Commercial {
        /// Not at all.
        None = "none",
        /// In one's own decisions.
        Internal = "internal",
        /// Models only, in products and services too.
        Models = "models",
        /// In products and services, without giving the data away.
        Full = "full",
    }
}
text_enum! {
    /// How far the data itself is passed on.
    Redistribution {
        /// Not at all.
        None = "none",
        /// To members of the consortium.
        Consortium = "consortium",
        /// To anyone, under the same licence.
        Anyone = "anyone",
    }
}
text_enum! {
    /// How far others get a licence from the licensee.
    Sublicensing {
        /// Not at all.
        None = "none",
        /// Companies of the group.
        Affiliates = "affiliates",
        /// In models and derived data, not in the data.
        Derived = "derived",
    }
}
text_enum! {
    /// How far the parties are liable.
    Liability {
        /// Up to the price of twelve months.
        Price = "price",
        /// Up to twice that price.
        DoublePrice = "double_price",
        /// As the law says, without a cap.
        Statutory = "statutory",
    }
}

/// A clause in the seller's own words, in one language or both.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Custom {
    /// In Chinese.
    pub zh: String,
    /// In English.
    pub en: String,
}

/// What a licence is built from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Parameters {
    /// Training of models.
    pub training: Training,
    /// Derived data.
    pub derivation: Derivation,
    /// Publishing of results.
    pub results: Results,
    /// Use for profit.
    pub commercial: Commercial,
    /// Passing on.
    pub redistribution: Redistribution,
    /// Licences to others.
    pub sublicensing: Sublicensing,
    /// Purposes; any when empty.
    pub purposes: Vec<Purpose>,
    /// Countries; anywhere when empty.
    pub territories: Vec<String>,
    /// Fields of use; any when empty.
    pub fields: Vec<String>,
    /// Whether companies of the group may use it too.
    pub affiliates: bool,
    /// Whether processors may handle it for the licensee.
    pub contractors: bool,
    /// People who may use it.
    pub seats: Option<u32>,
    /// The longest term in days.
    pub duration_days: Option<u32>,
    /// Downloads in all.
    pub downloads: Option<u32>,
    /// GiB downloaded in all.
    pub volume_gib: Option<u32>,
    /// Networks from which it is downloaded.
    pub networks: Vec<String>,
    /// Whether the source is named.
    pub attribution: bool,
    /// Whether derived data carries the same licence.
    pub share_alike: bool,
    /// Whether the data is deleted at the end.
    pub delete_at_end: bool,
    /// Whether the use is reported.
    pub report_use: bool,
    /// Whether the data is kept secret.
    pub confidential: bool,
    /// Whether the licensor may check.
    pub audit: bool,
    /// How far the parties are liable.
    pub liability: Liability,
    /// Whose law governs, in Chinese; that of the licensor's seat when empty.
    pub law_zh: String,
    /// Whose law governs, in English.
    pub law_en: String,
    /// Clauses in the seller's own words.
    pub custom: Vec<Custom>,
}

impl Default for Parameters {
    /// A careful licence: analysis and models for use inside, nothing passed on.
    fn default() -> Self {
        Self {
            training: Training::Internal,
            derivation: Derivation::Internal,
            results: Results::Attributed,
            commercial: Commercial::Internal,
            redistribution: Redistribution::None,
            sublicensing: Sublicensing::None,
            purposes: Vec::new(),
            territories: Vec::new(),
            fields: Vec::new(),
            affiliates: false,
            contractors: true,
            seats: None,
            duration_days: None,
            downloads: None,
            volume_gib: None,
            networks: Vec::new(),
            attribution: true,
            share_alike: false,
            delete_at_end: true,
            report_use: false,
            confidential: true,
            audit: false,
            liability: Liability::Price,
            law_zh: String::new(),
            law_en: String::new(),
            custom: Vec::new(),
        }
    }
}

/// The most custom clauses.
const MOST_CUSTOM: usize = 20;
/// The longest custom clause in one language, in characters.
const LONGEST_CUSTOM: usize = 2000;

/// A parameter that does not go with the others, or that is too long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BadParameter {
    /// Which.
    pub field: &'static str,
    /// Why, as the key of its words.
    pub why: &'static str,
}

impl Parameters {
    /// Gives who may have the data, none when it may be passed on to anyone.
    #[must_use]
    pub fn recipients(&self) -> Option<Vec<Recipient>> {
        let mut list = vec![Recipient::Staff];
        match self.redistribution {
            Redistribution::Anyone => return None,
            Redistribution::Consortium => list.push(Recipient::Consortium),
            Redistribution::None => {}
        }
        if self.affiliates {
            list.push(Recipient::Affiliates);
        }
        if self.contractors {
            list.push(Recipient::Contractors);
        }
        Some(list)
    }

    /// Tells whether anything that contains the data leaves the licensee.
    pub(super) const fn passes_on(&self) -> bool {
        !matches!(self.redistribution, Redistribution::None) || matches!(self.derivation, Derivation::Distribute)
    }

    /// Lists what does not go together.
    #[must_use]
    pub fn faults(&self) -> Vec<BadParameter> {
        let anyone = self.redistribution == Redistribution::Anyone;
        let kept = matches!(self.training, Training::Keep | Training::Distribute);
        let out = self.training == Training::Distribute || self.derivation == Derivation::Distribute;
        let clauses = self.custom.len() > MOST_CUSTOM;
        let long = self.custom.iter().flat_map(|c| [&c.zh, &c.en]).any(|t| t.chars().count() > LONGEST_CUSTOM);
        let empty = self.custom.iter().any(|c| c.zh.trim().is_empty() && c.en.trim().is_empty());
        let profit = self.purposes.contains(&Purpose::Products)
            && !matches!(self.commercial, Commercial::Models | Commercial::Full);
        let rules = [
            (self.training == Training::Trial && !self.delete_at_end, "training", "fault-trial-deleted"),
            (self.commercial == Commercial::Models && !kept, "commercial", "fault-models-kept"),
            (profit, "purposes", "fault-purpose-commercial"),
            (self.share_alike && self.derivation != Derivation::Distribute, "share_alike", "fault-share-alike"),
            (self.results == Results::Attributed && !self.attribution, "attribution", "fault-attribution"),
            (anyone && self.confidential, "confidential", "fault-confidential-anyone"),
            (anyone && self.delete_at_end, "delete_at_end", "fault-delete-anyone"),
            (anyone && self.seats.is_some(), "seats", "fault-seats-anyone"),
            (self.sublicensing == Sublicensing::Affiliates && !self.affiliates, "sublicensing", "fault-affiliates"),
            (self.sublicensing == Sublicensing::Derived && !out, "sublicensing", "fault-sublicense-derived"),
            (self.law_zh.is_empty() != self.law_en.is_empty(), "law_en", "fault-law-both"),
            (clauses || long || empty, "custom", "fault-custom-clauses"),
        ];
        rules.into_iter().filter(|r| r.0).map(|(_, field, why)| BadParameter { field, why }).collect()
    }
}
