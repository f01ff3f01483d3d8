//! What the part of a page with measurements knows.

use super::{chart, figures};
use crate::market::datasets::File;
use crate::market::datasets::profiles::{Measured, Measuring};
use crate::measure::Profile;
use crate::measure::disclosure::Exactness;
use crate::measure::profile::{ColumnProfile, ColumnType, Media, Order};
use crate::measure::quality::{RULES, Score};
use crate::values::Lang;
use crate::words;
use askama::Template;

/// What a part is made of.
pub(super) struct Part<'a> {
    pub(super) lang: Lang,
    /// The files: path, address, current.
    pub(super) files: Vec<(String, String, bool)>,
    pub(super) score: Option<&'a Score>,
    pub(super) shown: Option<&'a (File, Measured)>,
}

/// One column as it is shown.
pub(super) struct ColumnRow {
    name: String,
    notes: Vec<String>,
    kind: String,
    unit: String,
    missing: String,
    distinct: String,
    range: [String; 3],
    chart: String,
    top: String,
}

/// The part of a page.
#[derive(Template, Default)]
#[template(path = "pages/quality.html")]
pub(super) struct QualityView {
    files_label: String,
    files: Vec<(String, String, bool)>,
    /// The score in words, its strokes, and what each rule gave: rule, what it asks, per cent, points.
    score: Option<(String, String)>,
    score_heads: Vec<String>,
    parts: Vec<(String, String, String, String)>,
    score_label: String,
    rules: (String, String),
    heading: String,
    coverage: Vec<String>,
    notice: String,
    columns_label: String,
    heads: Vec<(String, bool)>,
    columns: Vec<ColumnRow>,
    /// Stretches without rows: heading, heads, rows.
    gaps: Option<(String, Vec<String>, Vec<Vec<String>>)>,
    facts: Vec<(String, String)>,
    members: Option<(String, Vec<String>, Vec<Vec<String>>)>,
}

impl QualityView {
    /// Makes the view.
    pub(super) fn of(part: &Part<'_>) -> Self {
        let lang = part.lang;
        let say = |key: &str| words::say(lang, key);
        let mut view = Self { files_label: say("quality-files"), ..Self::default() };
        if part.files.len() > 1 {
            view.files.clone_from(&part.files);
        }
        if let Some(score) = part.score {
            view.set_score(lang, score);
        }
        if let Some((file, measured)) = part.shown {
            view.heading.clone_from(&file.path);
            view.notice = notice(lang, file, measured);
            if let Some(profile) = &measured.profile {
                view.set_profile(lang, profile, measured);
            }
        }
        view
    }

    fn set_score(&mut self, lang: Lang, score: &Score) {
        let say = |key: &str| words::say(lang, key);
        let text = words::with(lang, "quality-score", &[("points", &figures::tenths(score.tenths))]);
        self.score = Some((text.clone(), chart::assay(score.tenths, &text)));
        self.score_label = say("quality-parts");
        self.score_heads = ["head-rule", "quality-head-kept", "quality-head-points"].map(say).to_vec();
        self.rules = (say("quality-rules-link"), "/rules/quality".to_owned());
        self.parts = score
            .parts
            .iter()
            .map(|part| {
                let points = RULES.iter().find(|r| r.name == part.rule).map_or(0, |r| r.points);
                let kept =
                    part.permille.map_or_else(|| say("quality-not-asked"), |p| format!("{} %", figures::tenths(p)));
                let got = part.permille.map_or_else(|| "–".to_owned(), |p| figures::tenths(p * points / 100));
                let name = say(&words::key("quality-rule", &part.rule));
                (name, say(&format!("quality-rule-{}-text", part.rule)), kept, format!("{got} / {points}"))
            })
            .collect();
    }

    fn set_profile(&mut self, lang: Lang, profile: &Profile, measured: &Measured) {
        let say = |key: &str| words::say(lang, key);
        self.coverage = coverage(lang, profile, measured);
        if !profile.columns.is_empty() {
            self.columns_label = say("columns");
            let heads = ["quality-head-column", "quality-head-type", "quality-head-unit"].map(|k| (say(k), false));
            let counts = ["quality-head-missing", "quality-head-distinct"].map(|k| (say(k), true));
            let range = ["quality-head-min", "quality-head-median", "quality-head-max"].map(|k| (say(k), true));
            self.heads = heads.into_iter().chain(counts).collect();
            self.heads.push((say("quality-head-distribution"), false));
            self.heads.extend(range);
            let rows = profile.rows.unwrap_or(0);
            self.columns = profile.columns.iter().map(|c| column(lang, c, rows)).collect();
        }
        self.gaps = gaps(lang, profile);
        if let Some(media) = &profile.media {
            self.facts = media_facts(lang, media);
        }
        if let Some(archive) = &profile.archive {
            let heads = ["head-path", "size", "quality-head-format", "rows", "columns"].map(say).to_vec();
            let rows = archive.members.iter().map(|m| {
                let columns = if m.columns.is_empty() { "–".to_owned() } else { m.columns.len().to_string() };
                let rows = m.rows.map_or_else(|| "–".to_owned(), figures::count);
                let format = say(&words::key("quality-format", m.format.as_str()));
                vec![m.path.clone(), words::bytes(m.bytes), format, rows, columns]
            });
            let title = words::with(
                lang,
                "quality-archive",
                &[("count", &figures::count(archive.entries)), ("size", &words::bytes(archive.bytes))],
            );
            self.members = Some((title, heads, rows.collect()));
        }
    }
}

/// What stands instead of a profile, or above one.
fn notice(lang: Lang, file: &File, measured: &Measured) -> String {
    match (measured.state, &measured.refusal) {
        (Measuring::Refused, Some((code, detail))) => {
            let why = words::say(lang, &words::key("refusal", code));
            if detail.is_empty() { why } else { format!("{why} ({detail})") }
        }
        (Measuring::Running, _) => {
            let bytes = |n: i64| u64::try_from(n).unwrap_or(0);
            let share = figures::percent(bytes(measured.done_bytes), bytes(file.size_bytes));
            words::with(lang, "quality-running", &[("percent", &share)])
        }
        (Measuring::Waiting, _) => words::say(lang, "quality-waiting"),
        (Measuring::Done | Measuring::Refused, _) => String::new(),
    }
}

/// What was read, by whom, and what it is.
fn coverage(lang: Lang, profile: &Profile, measured: &Measured) -> Vec<String> {
    let say = |key: &str| words::say(lang, key);
    let date = words::date(lang, measured.updated_at);
    let mut all = Vec::new();
    all.push(match profile.rows {
        Some(rows) => words::with(
            lang,
            "quality-coverage",
            &[
                ("rows", &figures::count(rows)),
                ("columns", &profile.columns.len().to_string()),
                ("date", &date),
                ("profiler", &profile.profiler),
            ],
        ),
        None => words::with(
            lang,
            "quality-coverage-bytes",
            &[("size", &words::bytes(profile.bytes)), ("date", &date), ("profiler", &profile.profiler)],
        ),
    });
    let facts = &profile.facts;
    let mut form = vec![say(&words::key("quality-format", facts.format.as_str()))];
    if facts.compression != crate::measure::formats::Compression::None {
        form.push(say(&words::key("quality-packed", &format!("{:?}", facts.compression).to_lowercase())));
    }
    form.extend(facts.encoding.clone());
    if facts.byte_order_mark {
        form.push(say("quality-mark"));
    }
    if let Some(separator) = facts.separator {
        let shown = if separator == '\t' { "TAB".to_owned() } else { separator.to_string() };
        form.push(words::with(lang, "quality-separator", &[("separator", &shown)]));
        form.push(words::with(lang, "quality-decimal", &[("decimal", &facts.decimal.to_string())]));
        form.push(say(if facts.header { "quality-header" } else { "quality-no-header" }));
    }
    all.push(form.join(" · "));
    let mut slips = Vec::new();
    if let Some(again) = profile.duplicate_rows {
        let key = if again.exact { "quality-duplicates" } else { "quality-duplicates-about" };
        slips.push(words::with(lang, key, &[("count", &figures::count(again.count))]));
    }
    if profile.ragged_rows > 0 {
        slips.push(words::with(lang, "quality-ragged", &[("count", &figures::count(profile.ragged_rows))]));
    }
    if profile.undecodable > 0 {
        slips.push(words::with(lang, "quality-undecodable", &[("count", &figures::count(profile.undecodable))]));
    }
    if !slips.is_empty() {
        all.push(slips.join(" · "));
    }
    all
}

/// What is worth a word beside the name of a column.
fn notes(lang: Lang, column: &ColumnProfile) -> Vec<String> {
    let mut notes = Vec::new();
    match column.withheld {
        Some(Exactness::Hidden) => notes.push(words::say(lang, "quality-withheld")),
        Some(Exactness::Coarse) => notes.push(words::say(lang, "quality-coarse")),
        Some(Exactness::Full) | None => {}
    }
    if column.constant {
        notes.push(words::say(lang, "quality-constant"));
    }
    if let Some(other) = &column.copy_of {
        notes.push(words::with(lang, "quality-copy", &[("column", other)]));
    }
    if column.odd > 0 {
        let row = column.odd_row.map_or_else(String::new, figures::count);
        notes.push(words::with(lang, "quality-odd", &[("count", &figures::count(column.odd)), ("row", &row)]));
    }
    if let Some(interval) = column.instants.as_ref().and_then(|i| i.interval_ms) {
        notes.push(words::with(lang, "quality-interval", &[("interval", &figures::span(interval))]));
    }
    match column.order {
        Order::Rising | Order::NeverFalling if !column.constant => notes.push(words::say(lang, "quality-rising")),
        Order::Falling | Order::NeverRising if !column.constant => notes.push(words::say(lang, "quality-falling")),
        Order::Rising | Order::NeverFalling | Order::Falling | Order::NeverRising | Order::None => {}
    }
    for suspicion in &column.suspicions {
        let kind = words::say(lang, &words::key("quality-personal", suspicion.kind.as_str()));
        let count = figures::count(suspicion.count);
        notes.push(words::with(lang, "quality-suspicion", &[("kind", &kind), ("count", &count)]));
    }
    notes
}

/// Smallest, median, largest.
pub(super) fn range(column: &ColumnProfile) -> [String; 3] {
    match (&column.numbers, &column.instants) {
        (Some(n), _) => [figures::number(n.min), figures::number(n.median()), figures::number(n.max)],
        (None, Some(_)) => {
            [column.min.clone().unwrap_or_default(), "–".to_owned(), column.max.clone().unwrap_or_default()]
        }
        (None, None) => ["–".to_owned(), "–".to_owned(), "–".to_owned()],
    }
}

/// How many different values there are, marked where it is an estimate.
pub(super) fn distinct(column: &ColumnProfile) -> String {
    let count = figures::count(column.distinct.count);
    if column.distinct.exact { count } else { format!("≈ {count}") }
}

fn column(lang: Lang, column: &ColumnProfile, rows: u64) -> ColumnRow {
    let hidden = column.withheld == Some(Exactness::Hidden);
    let unless_hidden = |text: String| if hidden { "–".to_owned() } else { text };
    let range = range(column);
    let values = rows.saturating_sub(column.nulls);
    let share = |count: u64| figures::percent(count, values);
    let (drawn, top) = if column.withheld.is_some() {
        (String::new(), String::new())
    } else if column.top.is_empty() || column.kind == ColumnType::Number {
        let counts: Vec<u64> = column.histogram.iter().map(|b| b.count).collect();
        let label = words::with(lang, "quality-spread", &[("from", &range[0]), ("to", &range[2])]);
        (chart::bars(&counts, &label), String::new())
    } else {
        let counts: Vec<u64> = column.top.iter().map(|t| t.count).collect();
        let first: Vec<String> =
            column.top.iter().take(3).map(|t| format!("{} {} %", short(&t.value), share(t.count))).collect();
        let text = first.join(" · ");
        (chart::bars(&counts, &text), text)
    };
    ColumnRow {
        name: if column.name.is_empty() { "–".to_owned() } else { column.name.clone() },
        notes: notes(lang, column),
        kind: column.kind.as_str().to_owned(),
        unit: column.unit.clone().unwrap_or_else(|| "–".to_owned()),
        missing: unless_hidden(figures::percent(column.nulls, rows)),
        distinct: unless_hidden(distinct(column)),
        range,
        chart: drawn,
        top,
    }
}

fn short(text: &str) -> String {
    if text.chars().count() <= 24 { text.to_owned() } else { text.chars().take(23).chain(['…']).collect() }
}

/// The stretches without rows of the first steady time column.
fn gaps(lang: Lang, profile: &Profile) -> Option<(String, Vec<String>, Vec<Vec<String>>)> {
    let (column, time) = profile
        .columns
        .iter()
        .filter_map(|c| c.instants.as_ref().map(|i| (c, i)))
        .find(|(_, i)| i.interval_ms.is_some() && i.gaps_count > 0)?;
    let title = words::with(
        lang,
        "quality-gaps",
        &[
            ("column", &column.name),
            ("count", &figures::count(time.gaps_count)),
            ("missing", &figures::count(time.missing)),
        ],
    );
    let heads = ["quality-gap-from", "quality-gap-until", "quality-gap-missing"].map(|k| words::say(lang, k)).to_vec();
    let iso = crate::measure::cells::iso;
    let rows = time.gaps.iter().map(|g| vec![iso(g.from), iso(g.until), figures::count(g.missing)]).collect();
    Some((title, heads, rows))
}

fn media_facts(lang: Lang, media: &Media) -> Vec<(String, String)> {
    let say = |key: &str| words::say(lang, key);
    let mut facts = Vec::new();
    if let (Some(width), Some(height)) = (media.width, media.height) {
        facts.push((say("quality-pixels"), format!("{width} × {height}")));
    }
    let rest = [
        ("quality-bits", media.bits.map(figures::count)),
        ("quality-channels", media.channels.map(figures::count)),
        ("quality-rate", media.rate.map(|rate| format!("{} Hz", figures::count(rate)))),
        (
            "quality-length",
            media.length_ms.map(|ms| format!("{} s", figures::number(crate::measure::casts::real(ms) / 1000.0))),
        ),
    ];
    facts.extend(rest.into_iter().filter_map(|(key, value)| Some((say(key), value?))));
    facts
}
