//! The rows of the schema form: from columns to fields, and from what was typed back to columns.

use super::super::conflict::Part;
use super::super::wizard::Pairs;
use crate::http::problem::Fault;
use crate::market::datasets::cards::Both;
use crate::market::datasets::columns::{Column, ColumnKind, Constraints, units};
use crate::values::{Lang, Line, Prose};
use crate::web::accounts::forms::Faults;
use crate::words;

/// Columns that one page of the form shows.
pub(super) const PAGE: usize = 50;

/// A column as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Row {
    pub name: String,
    pub kind: String,
    pub unit: String,
    pub zh: String,
    pub en: String,
    pub required: bool,
    pub unique: bool,
    pub key: bool,
    pub minimum: String,
    pub maximum: String,
    pub pattern: String,
    /// One value on each line.
    pub choices: String,
}

impl Row {
    /// A column as it is kept.
    pub(super) fn of(column: &Column, key: &[String]) -> Self {
        let c = &column.constraints;
        Self {
            name: column.name.clone(),
            kind: column.kind.to_string(),
            unit: column.unit.clone(),
            zh: column.description.zh.to_string(),
            en: column.description.en.to_string(),
            required: c.required,
            unique: c.unique,
            key: key.contains(&column.name),
            minimum: c.minimum.clone(),
            maximum: c.maximum.clone(),
            pattern: c.pattern.clone(),
            choices: c.choices.join("\n"),
        }
    }
    /// The row of a form at a place.
    pub(super) fn of_form(form: &Pairs, at: usize) -> Self {
        let text = |part: &str| form.get(&format!("c{at}_{part}")).replace("\r\n", "\n").trim().to_owned();
        let tick = |part: &str| !form.get(&format!("c{at}_{part}")).is_empty();
        Self {
            name: form.get(&format!("c{at}_name")).to_owned(),
            kind: text("kind"),
            unit: text("unit"),
            zh: text("zh"),
            en: text("en"),
            required: tick("required"),
            unique: tick("unique"),
            key: tick("key"),
            minimum: text("minimum"),
            maximum: text("maximum"),
            pattern: text("pattern"),
            choices: text("choices"),
        }
    }
    /// The values as two editors are compared by them.
    pub(super) fn parts(&self, lang: Lang, at: usize) -> Vec<Part> {
        let part = |name: &str, key: &str, value: &str, shown: String| Part {
            name: format!("c{at}_{name}"),
            label: format!("{} – {}", self.name, words::say(lang, key)),
            value: value.to_owned(),
            shown,
        };
        let text = |name: &str, key: &str, value: &str| part(name, key, value, value.to_owned());
        let tick = |name: &str, key: &str, yes: bool| {
            let word = words::say(lang, if yes { "word-yes" } else { "word-no" });
            part(name, key, if yes { "on" } else { "" }, word)
        };
        vec![
            text("kind", "head-type", &self.kind),
            text("unit", "head-unit", &self.unit),
            text("zh", "head-meaning-zh", &self.zh),
            text("en", "head-meaning-en", &self.en),
            tick("required", "column-required", self.required),
            tick("unique", "column-unique", self.unique),
            tick("key", "column-key", self.key),
            text("minimum", "column-minimum", &self.minimum),
            text("maximum", "column-maximum", &self.maximum),
            text("pattern", "column-pattern", &self.pattern),
            text("choices", "column-choices", &self.choices),
        ]
    }
    /// Gives the column.
    pub(super) fn parse(&self, at: usize, faults: &mut Faults) -> Option<Column> {
        let name = |part: &str| format!("c{at}_{part}");
        let kind = faults.or(&name("kind"), ColumnKind::parse(&self.kind), "fault-choice");
        // What people write for a unit is taken for its code, where there is no doubt.
        let code = if units::check(&self.unit).is_ok() {
            self.unit.as_str()
        } else {
            units::code_for(&self.unit).unwrap_or(&self.unit)
        };
        let unit = units::check(code).ok().map(|()| code.to_owned());
        let unit = faults.or(&name("unit"), unit, "fault-unit");
        let zh = faults.text(&name("zh"), Prose::optional(&self.zh));
        let en = faults.text(&name("en"), Prose::optional(&self.en));
        let (minimum, maximum) =
            (self.bound("minimum", &self.minimum, at, faults), self.bound("maximum", &self.maximum, at, faults));
        let pattern = faults.text(&name("pattern"), Line::optional(&self.pattern));
        let choices = self.choices.lines().map(str::trim).filter(|l| !l.is_empty()).map(str::to_owned).collect();
        let constraints = Constraints {
            required: self.required,
            unique: self.unique,
            minimum: minimum?,
            maximum: maximum?,
            pattern: pattern?.to_string(),
            choices,
        };
        Some(Column {
            name: self.name.clone(),
            kind: kind?,
            unit: unit?,
            description: Both { zh: zh?, en: en? },
            constraints,
        })
    }
    /// A bound: a number where the column has numbers.
    fn bound(&self, part: &str, text: &str, at: usize, faults: &mut Faults) -> Option<String> {
        let quantity = ColumnKind::parse(&self.kind).is_some_and(ColumnKind::is_quantity);
        let fits = text.is_empty() || !quantity || text.parse::<f64>().is_ok_and(f64::is_finite);
        faults.or(&format!("c{at}_{part}"), Some(text.to_owned()).filter(|t| fits && t.len() <= 60), "fault-bound")
    }
}

/// Reads the rows of a form from a place on, until there are no more.
pub(super) fn rows_of_form(form: &Pairs, from: usize, known: usize) -> Vec<Row> {
    (from..known.min(from + PAGE)).map(|at| Row::of_form(form, at)).collect()
}

/// Puts the rows of a page into the whole table; what the page did not show stays.
pub(super) fn merged(
    all: &[Column],
    key: &[String],
    rows: &[Row],
    from: usize,
) -> Result<(Vec<Column>, Vec<String>), Vec<Fault>> {
    let mut faults = Faults::default();
    let mut columns = all.to_vec();
    let mut keys = key.to_vec();
    for (i, row) in rows.iter().enumerate() {
        let at = from + i;
        let Some(place) = columns.get_mut(at).filter(|c| c.name == row.name) else { continue };
        if let Some(column) = row.parse(at, &mut faults) {
            *place = column;
        }
        keys.retain(|k| *k != row.name);
        if row.key {
            keys.push(row.name.clone());
        }
    }
    let ordered = columns.iter().filter(|c| keys.contains(&c.name)).map(|c| c.name.clone()).collect();
    if faults.0.is_empty() { Ok((columns, ordered)) } else { Err(faults.0) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_of_columns_leaves_the_others() {
        let all: Vec<Column> = ["a", "b", "c"].map(Column::named).to_vec();
        let row = Row { kind: "number".to_owned(), unit: "rpm".to_owned(), key: true, ..Row::of(&all[1], &[]) };
        let (columns, key) = merged(&all, &["c".to_owned()], std::slice::from_ref(&row), 1).unwrap();
        assert_eq!((columns[1].unit.as_str(), columns[0].unit.as_str()), ("/min", ""));
        assert_eq!(key, ["b", "c"]);
        let bad = Row { unit: "furlong".to_owned(), minimum: "low".to_owned(), ..row };
        let faults = merged(&all, &[], &[bad], 1).unwrap_err();
        let fields: Vec<&str> = faults.iter().map(|f| f.field.as_str()).collect();
        assert_eq!(fields, ["c1_unit", "c1_minimum"]);
    }
}
