//! What the catalogue and the pages of a dataset know.

use super::plan_words;
use super::sample::SampleView;
use crate::market::datasets::{Dataset, Version, VersionState};
use crate::market::licences::terms::{Action, Verdict};
use crate::market::licences::{Licence, Terms};
use crate::market::offers::{Approval, Listing, Offer, Payment, Scope};
use crate::urls;
use crate::values::{Lang, Timestamp};
use crate::web::layout::Frame;
use crate::web::sheet::{Mark, Table};
use crate::words;
use askama::Template;

/// A permission as the bill shows it.
#[derive(Debug, Clone)]
pub struct Permission {
    /// What may be done.
    pub text: String,
    /// The clause.
    pub clause: String,
    /// A condition or remark.
    pub note: String,
}

/// The three lists of the permission grid.
#[derive(Debug, Clone, Default)]
pub struct Permissions {
    /// Allowed.
    pub yes: Vec<Permission>,
    /// On condition.
    pub perhaps: Vec<Permission>,
    /// Forbidden.
    pub no: Vec<Permission>,
}

/// Puts terms into words.
#[must_use]
pub fn permissions(lang: Lang, terms: &Terms) -> Permissions {
    let list = |verdict: Verdict| {
        let rules = terms.rules().iter().filter(|r| r.verdict == verdict);
        rules
            .map(|r| Permission {
                text: words::say(lang, &words::key("action", r.action.code())),
                clause: r.clause.clone(),
                note: lang.pick(&r.note_zh, &r.note_en).to_owned(),
            })
            .collect()
    };
    Permissions { yes: list(Verdict::Allowed), perhaps: list(Verdict::Conditional), no: list(Verdict::Forbidden) }
}

/// A row of the board.
pub struct Row {
    /// Its address.
    pub href: String,
    /// Its title.
    pub title: String,
    /// The seller.
    pub seller: String,
    /// Whether the seller is verified.
    pub verified: bool,
    /// Marks.
    pub marks: Vec<Mark>,
    /// One or two sentences.
    pub summary: String,
    /// When it was updated, and in which languages it stands.
    pub updated: String,
    /// The languages of its texts.
    pub languages: String,
    /// Its size.
    pub size: String,
    /// Rows and columns.
    pub shape: String,
    /// Its formats.
    pub formats: String,
    /// The licence.
    pub licence: String,
    /// Three uses: class, icon, verdict key, words.
    pub uses: Vec<(&'static str, &'static str, &'static str, String)>,
    /// Currency, price, note.
    pub price: (String, String, String),
}

fn verdict_parts(verdict: Verdict) -> (&'static str, &'static str, &'static str) {
    match verdict {
        Verdict::Allowed => ("ok-t", "check", "verdict-allowed"),
        Verdict::Conditional => ("warn-t", "cond", "verdict-conditional"),
        Verdict::Forbidden => ("bad-t", "cross", "verdict-forbidden"),
    }
}

/// Says in which languages a dataset describes itself.
#[must_use]
pub fn languages(d: &Dataset) -> &'static str {
    match (d.title_zh.is_empty(), d.title_en.is_empty()) {
        (false, false) => "中 / EN",
        (false, true) => "中",
        (true, _) => "EN",
    }
}

/// Says how many rows and columns a version has.
#[must_use]
pub fn shape(v: &Version) -> String {
    match (v.rows_count, v.columns_count) {
        (Some(rows), Some(columns)) => format!("{} × {}", words::number(rows), words::number(columns)),
        _ => String::new(),
    }
}

/// Writes a size.
#[must_use]
pub fn size(bytes: i64) -> String {
    words::bytes(u64::try_from(bytes).unwrap_or(0))
}

/// Makes a row of the board.
#[must_use]
pub fn row(lang: Lang, l: &Listing, now: Timestamp) -> Row {
    // A price that is yet to be named is no low one.
    let cheapest = l.offers.iter().min_by_key(|(o, _)| (o.is_on_request(), o.price.minor));
    let uses = cheapest.map(|(_, licence)| {
        [Action::TrainModels, Action::CommercialUse, Action::Redistribute]
            .into_iter()
            .map(|a| {
                let (class, icon, key) = verdict_parts(licence.terms.rule(a).verdict);
                (class, icon, key, words::say(lang, &words::key("action", a.code())))
            })
            .collect()
    });
    let mut marks = Vec::new();
    if l.offers.iter().any(|(o, _)| o.approval == Approval::Instant && o.is_free()) {
        marks.push(Mark { class: "ok", icon: "check", text: words::say(lang, "instant") });
    }
    Row {
        href: urls::dataset(&l.party.slug, &l.dataset.slug),
        title: l.dataset.title(lang).to_owned(),
        seller: l.party.name(lang).to_owned(),
        verified: l.party.verified_at.is_some(),
        marks,
        summary: l.dataset.summary(lang).to_owned(),
        updated: l.version.published_at.map(|t| words::date(lang, t)).unwrap_or_default(),
        languages: languages(&l.dataset).to_owned(),
        size: size(l.version.size_bytes),
        shape: shape(&l.version),
        formats: l.version.formats.replace(' ', ", "),
        licence: cheapest.map(|(_, licence)| licence.title(lang).to_owned()).unwrap_or_default(),
        uses: uses.unwrap_or_default(),
        price: cheapest.map(|(o, _)| plan_words::price(lang, o, now)).unwrap_or_default(),
    }
}

/// A choice of the filter form.
pub struct Choice {
    /// Its value.
    pub value: String,
    /// Its words.
    pub text: String,
    /// Whether it is chosen.
    pub chosen: bool,
}

/// The catalogue.
#[derive(Template)]
#[template(path = "pages/catalogue.html")]
pub struct CatalogueView {
    /// The frame.
    pub f: Frame,
    /// Listings, sellers, size.
    pub numbers: (String, String, String),
    /// How many were found.
    pub count: String,
    /// The rows.
    pub rows: Vec<Row>,
    /// Sectors.
    pub sectors: Vec<Choice>,
    /// Uses.
    pub use_cases: Vec<Choice>,
    /// Whether only free ones are shown.
    pub free: bool,
    /// The seller that is filtered by.
    pub seller: String,
    /// Chips: words, and the address without that filter.
    pub chips: Vec<(String, String)>,
    /// The next page.
    pub next: Option<String>,
}

/// One offer in the bill.
pub struct Bill {
    /// Currency, price, note.
    pub price: (String, String, String),
    /// What a discount takes off and until when; may be empty.
    pub discount: String,
    /// The prices of its tiers or first units: label and price.
    pub prices: Vec<(String, String)>,
    /// Terms: label and value.
    pub terms: Vec<(String, String)>,
    /// What may be done.
    pub permissions: Permissions,
    /// The licence's title and address.
    pub licence: (String, String),
    /// Where it is asked for.
    pub request: String,
    /// The button's words.
    pub button: String,
    /// What will happen.
    pub what_next: String,
}

/// The terms of an offer in words; `label` is that of the version, empty when it does not matter.
#[must_use]
pub fn terms(lang: Lang, offer: &Offer, label: &str) -> Vec<(String, String)> {
    let say = |key: &str| words::say(lang, key);
    let covers = match (offer.scope, label) {
        (scope, "") => say(&words::key("scope", scope.as_str())),
        (Scope::Version, label) => label.to_owned(),
        (Scope::AllVersions, label) => words::with(lang, "and-later", &[("label", label)]),
    };
    let payment = match offer.payment {
        Payment::None => say("payment-none"),
        Payment::Prepaid => say("payment-prepaid"),
        Payment::Later => words::with(lang, "payment-later", &[("days", &offer.payment_days.to_string())]),
    };
    let mut list = Vec::new();
    let bounds = plan_words::bounds(lang, offer);
    if !bounds.is_empty() {
        list.push((say("you-choose"), bounds));
    }
    list.push((say("term"), plan_words::offer_term(lang, offer)));
    list.push((say("covers"), covers));
    let limits = plan_words::limits(lang, offer.plan.limits);
    if !limits.is_empty() {
        list.push((say("bounds"), limits));
    }
    list.push((say("payment"), payment));
    if let Some(end) = offer.plan.ends_at {
        list.push((say("offer-until"), words::date_time(lang, end)));
    }
    list.push((say("who-decides"), say(&format!("approval-{}", offer.approval.as_str()))));
    list.push((say("audience"), say(&format!("audience-{}", offer.audience.as_str()))));
    list
}

/// Makes the bill of an offer.
#[must_use]
pub fn bill(lang: Lang, l: &Listing, offer: &Offer, licence: &Licence, now: Timestamp) -> Bill {
    let say = |key: &str| words::say(lang, key);
    let instant = offer.approval == Approval::Instant;
    let (button, what_next) = if offer.is_on_request() {
        ("request-quote", "what-next-quote")
    } else if instant {
        (if offer.is_free() { "get-access" } else { "request-access" }, "what-next-instant")
    } else {
        ("request-access", "what-next-licensor")
    };
    Bill {
        price: plan_words::price(lang, offer, now),
        discount: plan_words::discount(lang, offer, now),
        prices: plan_words::table(lang, offer, now),
        terms: terms(lang, offer, &l.version.label),
        permissions: permissions(lang, &licence.terms),
        licence: (licence.title(lang).to_owned(), urls::licence(licence.id)),
        request: urls::request(&l.party.slug, &l.dataset.slug, offer.id),
        button: say(button),
        what_next: say(what_next),
    }
}

impl Bill {
    /// Adds how long this seller usually takes, where somebody has to answer.
    #[must_use]
    pub fn answered(mut self, lang: Lang, offer: &Offer, answers: Option<(i64, usize)>) -> Self {
        if let Some((seconds, count)) = answers.filter(|_| offer.approval != Approval::Instant) {
            let usually = words::duration(lang, seconds);
            let of = words::with(lang, "median-of", &[("count", &count.to_string())]);
            self.terms.push((
                words::say(lang, "median-answer"),
                words::with(lang, "answers-in", &[("time", &usually), ("of", &of)]),
            ));
        }
        self
    }
}

/// A dataset's page.
#[derive(Template)]
#[template(path = "pages/dataset.html")]
pub struct DatasetView {
    /// The frame.
    pub f: Frame,
    /// Crumbs.
    pub crumbs: Vec<(String, String)>,
    /// Marks under the name.
    pub marks: Vec<Mark>,
    /// The summary.
    pub summary: String,
    /// The seller: words and address.
    pub seller: (String, String),
    /// The languages.
    pub languages: String,
    /// The title block.
    pub facts: Vec<(String, String, String)>,
    /// The tabs: words, address, count (or -1), current.
    pub tabs: Vec<(String, String, i64, bool)>,
    /// The address of this page that stands for all its other forms.
    pub canonical: String,
    /// Where it is described for programs: Croissant, Data Package; nothing without a version.
    pub described_by: Option<(String, String)>,
    /// A warning, as of a recall or a draft.
    pub warning: String,
    /// The data card as sanitised HTML.
    pub card: String,
    /// The plain facts of the card.
    pub pairs: Vec<(String, String)>,
    /// The structured card: heading and fields of each section.
    pub sections: Vec<(String, Vec<(String, String)>)>,
    /// How complete the description is, and the address of the rules that say so.
    pub described: Option<(String, String)>,
    /// The form that looks for files: where it asks, the words, and whether it is a preview.
    pub find: Option<(String, String, bool)>,
    /// Files or versions.
    pub table: Option<Table>,
    /// Samples.
    pub samples: Vec<SampleView>,
    /// What was measured, as finished HTML.
    pub measured: String,
    /// Offers: words, address, current.
    pub offers: Vec<(String, String, bool)>,
    /// The bill of the chosen offer.
    pub bill: Option<Bill>,
    /// Where its publisher edits it.
    pub edit: Option<String>,
}

/// The state of a version as a mark.
#[must_use]
pub fn version_mark(lang: Lang, state: VersionState) -> Mark {
    let (class, icon) = match state {
        VersionState::Draft => ("draft", "pen"),
        VersionState::Published => ("ok", "check"),
        VersionState::Deprecated => ("warn", "clock"),
        VersionState::Recalled => ("bad", "ban"),
    };
    Mark { class, icon, text: words::say(lang, &format!("version-{}", state.as_str())) }
}

/// Turns Markdown into sanitised HTML: no raw HTML, no scripts, links and images only to https.
#[must_use]
pub fn markdown(text: &str) -> String {
    let mut options = comrak::Options::default();
    options.extension.table = true;
    options.extension.strikethrough = true;
    let html = comrak::markdown_to_html(text, &options);
    let mut clean = ammonia::Builder::default();
    clean.url_schemes(["https", "mailto"].into_iter().collect()).rm_tags(["img"]);
    // Headings of a card stand below those of the page.
    clean
        .clean(&html)
        .to_string()
        .replace("<h2>", "<h3>")
        .replace("</h2>", "</h3>")
        .replace("<h1>", "<h3>")
        .replace("</h1>", "</h3>")
}

#[cfg(test)]
mod tests {
    use super::markdown;

    #[test]
    fn cards_carry_no_scripts() {
        for evil in [
            "<script>alert(1)</script>",
            "[x](javascript:alert(1))",
            "<img src=x onerror=alert(1)>",
            "![x](http://e.example/x.png)",
            "<a href=\"data:text/html,x\">x</a>",
            "<svg/onload=alert(1)>",
        ] {
            let html = markdown(evil);
            for bad in ["<script", "=\"javascript:", "<img", "<svg", "=\"data:"] {
                assert!(!html.contains(bad), "{evil} became {html}");
            }
        }
        assert!(markdown("# A\n\n| a |\n|---|\n| 1 |").contains("<table>"));
    }
}
