//! Which column of a table stands for which field of a standard.

use super::definition::Field;
use super::report::Matched;
use crate::measure::units;

/// A column's name without its unit, and the unit in brackets behind it: `Torque [Nm]`.
#[must_use]
pub fn split_unit(name: &str) -> (&str, &str) {
    let name = name.trim();
    for (open, close) in [('[', ']'), ('(', ')')] {
        if let Some((stem, unit)) = name.strip_suffix(close).and_then(|n| n.rsplit_once(open))
            && !stem.trim().is_empty()
        {
            return (stem.trim(), unit.trim());
        }
    }
    (name, "")
}

/// A name as it is compared: small letters, runs of spaces, hyphens and underlines as one underline.
fn plain(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    for c in name.trim().chars() {
        if c.is_whitespace() || matches!(c, '-' | '_' | '.') {
            if !out.ends_with('_') {
                out.push('_');
            }
        } else {
            out.extend(c.to_lowercase());
        }
    }
    out
}

/// Tells whether a text has the form of a pattern in which `*` stands for any characters.
#[must_use]
pub fn matches(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = text.strip_prefix(first) else { return false };
    let mut parts: Vec<&str> = parts.collect();
    let Some(last) = parts.pop() else { return rest.is_empty() };
    for part in parts {
        match rest.find(part) {
            Some(at) => rest = rest.get(at + part.len()..).unwrap_or_default(),
            None => return false,
        }
    }
    rest.ends_with(last)
}

/// Finds a column for each field; a column stands for one field only.
pub(super) fn assign(fields: &[Field], columns: &[String]) -> Vec<(Option<usize>, Matched)> {
    let names: Vec<(String, String)> = columns.iter().map(|c| (plain(split_unit(c).0), plain(c))).collect();
    let mut taken = vec![false; columns.len()];
    let mut out = Vec::with_capacity(fields.len());
    for field in fields {
        let mut patterns = std::iter::once(&field.name).chain(&field.names);
        let place = patterns.find_map(|pattern| {
            let pattern = plain(pattern);
            names
                .iter()
                .zip(&taken)
                .position(|((stem, whole), taken)| !taken && (matches(&pattern, stem) || matches(&pattern, whole)))
        });
        if let Some(flag) = place.and_then(|p| taken.get_mut(p)) {
            *flag = true;
        }
        let column = place.and_then(|p| columns.get(p));
        let unit = column.map(|c| split_unit(c).1).unwrap_or_default();
        let unit = units::code_for(unit).unwrap_or(unit);
        // 1/min and /min are one unit.
        let unit = unit.strip_prefix('1').filter(|rest| rest.starts_with('/')).unwrap_or(unit).to_owned();
        out.push((place, Matched { field: field.name.clone(), column: column.cloned(), unit }));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::rules::Kind;

    #[test]
    fn units_in_brackets() {
        assert_eq!(split_unit("Air temperature [K]"), ("Air temperature", "K"));
        assert_eq!(split_unit("温度 (Cel)"), ("温度", "Cel"));
        assert_eq!(split_unit("[K]"), ("[K]", ""));
        assert_eq!(split_unit("state"), ("state", ""));
    }

    #[test]
    fn patterns() {
        for (pattern, text, right) in [
            ("time", "time", true),
            ("time", "times", false),
            ("*time", "start_time", true),
            ("vib*_rms", "vib_x_rms", true),
            ("vib*_rms", "vib_rms_x", false),
            ("*", "", true),
            ("a*a", "a", false),
            ("", "", true),
        ] {
            assert_eq!(matches(pattern, text), right, "{pattern} {text}");
        }
    }

    #[test]
    fn columns_stand_for_one_field() {
        let field = |name: &str, names: &[&str]| Field {
            name: name.to_owned(),
            names: names.iter().map(|n| (*n).to_owned()).collect(),
            kind: Kind::Text,
            unit: String::new(),
            required: true,
            title_zh: String::new(),
            title_en: String::new(),
        };
        let fields = [field("time", &["*time", "时间"]), field("ended", &["*time"]), field("speed", &["转速"])];
        let columns = ["Start Time".to_owned(), "end-time".to_owned(), "转速 [r/min]".to_owned()];
        let found: Vec<_> = assign(&fields, &columns).into_iter().map(|(p, m)| (p, m.unit)).collect();
        assert_eq!(found, [(Some(0), String::new()), (Some(1), String::new()), (Some(2), "/min".to_owned())]);
    }
}
