//! The standards that come with the server.

use super::NewStandard;
use crate::measure::rules::Definition;
use crate::store::StoreError;
use crate::values::{Line, Prose, Slug};
use serde_json::Value;

/// Their texts: a standard each, as the API takes them.
const TEXTS: [&str; 5] = [
    include_str!("../../../templates/standards/bearing-vibration.json"),
    include_str!("../../../templates/standards/machine-state-log.json"),
    include_str!("../../../templates/standards/quality-inspection-record.json"),
    include_str!("../../../templates/standards/energy-meter-reading.json"),
    include_str!("../../../templates/standards/order-lead-time.json"),
];

fn read(text: &str) -> Result<NewStandard, String> {
    let whole: Value = serde_json::from_str(text).map_err(|e| e.to_string())?;
    let part = |name: &str| whole.get(name).and_then(Value::as_str).unwrap_or_default();
    let line = |name: &str| Line::parse(part(name)).map_err(|e| format!("{name} {e}"));
    let prose = |name: &str| Prose::parse(part(name)).map_err(|e| format!("{name} {e}"));
    let faults = |list: Vec<_>| list.iter().map(ToString::to_string).collect::<Vec<String>>().join(", ");
    Ok(NewStandard {
        code: Slug::parse(part("code")).map_err(|e| format!("code {e}"))?,
        label: line("label")?,
        title_zh: line("title_zh")?,
        title_en: line("title_en")?,
        text_zh: prose("text_zh")?,
        text_en: prose("text_en")?,
        definition: Definition::parse(&whole)
            .map_err(|list: Vec<crate::measure::rules::BadDefinition>| faults(list))?,
    })
}

/// Gives the shipped standards.
///
/// # Errors
/// [`StoreError::Broken`] when one cannot be read, which a test rules out.
pub(super) fn all() -> Result<Vec<NewStandard>, StoreError> {
    TEXTS.iter().map(|text| read(text).map_err(StoreError::Broken)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shipped_standard_can_be_read() {
        let all = all().unwrap();
        assert_eq!(all.len(), 5);
        for standard in all {
            assert!(standard.definition.fields.iter().all(|f| !f.title_zh.is_empty() && !f.title_en.is_empty()));
            assert!(standard.definition.rules.len() >= 5, "{}", standard.code);
        }
    }
}
