//! Reading OpenLineage run events (<https://openlineage.io/spec/2-0-2/OpenLineage.json>): one event, a list of events, or
//! one event on each line.

use super::NewStep;
use crate::values::{Line, Prose, Timestamp};
use serde_json::Value;
use std::collections::BTreeMap;

/// What the events say.
#[derive(Debug, Clone, Default)]
pub struct Imported {
    /// Inputs: address and name, each once.
    pub inputs: Vec<(String, String)>,
    /// Jobs that ran, one step for each run.
    pub steps: Vec<NewStep>,
}

/// The text holds no run event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no OpenLineage run event")]
pub struct NoEvent;

fn text<'v>(value: &'v Value, pointer: &str) -> &'v str {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
}

/// A text as one line, cut to what a line holds.
fn cut(text: &str) -> Result<Line, NoEvent> {
    let clean: String = text.chars().filter(|c| !c.is_control()).take(200).collect();
    Line::optional(&clean).map_err(|_| NoEvent)
}

/// A step without its times.
fn step(job: &str, tool: &str, note: &str) -> Result<NewStep, NoEvent> {
    let note = Prose::optional(cut(note)?.as_str()).map_err(|_| NoEvent)?;
    Ok(NewStep { name: cut(job)?, tool: cut(tool.trim())?, note, started_at: None, ended_at: None })
}

fn events(whole: &str) -> Result<Vec<Value>, NoEvent> {
    match serde_json::from_str(whole) {
        Ok(Value::Array(list)) => Ok(list),
        Ok(one) => Ok(vec![one]),
        Err(_) => {
            let lines = whole.lines().filter(|l| !l.trim().is_empty());
            lines.map(|l| serde_json::from_str(l).map_err(|_| NoEvent)).collect()
        }
    }
}

/// The name of a dataset of OpenLineage as one address.
fn address(namespace: &str, name: &str) -> String {
    let joined = if namespace.is_empty() {
        name.to_owned()
    } else {
        format!("{}/{}", namespace.trim_end_matches('/'), name.trim_start_matches('/'))
    };
    joined.chars().filter(|c| !c.is_control()).take(500).collect()
}

/// Reads the inputs and the runs out of events.
///
/// # Errors
/// [`NoEvent`] for what is no run event.
pub fn read(whole: &str) -> Result<Imported, NoEvent> {
    let events = events(whole)?;
    let mut out = Imported::default();
    let mut runs: BTreeMap<String, NewStep> = BTreeMap::new();
    for event in &events {
        let (run, job) = (text(event, "/run/runId"), text(event, "/job/name"));
        if run.is_empty() || job.is_empty() {
            return Err(NoEvent);
        }
        for input in event.get("inputs").and_then(Value::as_array).into_iter().flatten() {
            let (namespace, name) = (text(input, "/namespace"), text(input, "/name"));
            let entry = (address(namespace, name), name.chars().filter(|c| !c.is_control()).take(200).collect());
            if !name.is_empty() && !out.inputs.contains(&entry) {
                out.inputs.push(entry);
            }
        }
        let at = text(event, "/eventTime").parse::<jiff::Timestamp>().ok().map(|t| Timestamp(t.as_millisecond()));
        let engine = text(event, "/run/facets/processing_engine/name");
        let version = text(event, "/run/facets/processing_engine/version");
        let tool = if engine.is_empty() { text(event, "/producer").to_owned() } else { format!("{engine} {version}") };
        if !runs.contains_key(run) {
            runs.insert(run.to_owned(), step(job, &tool, text(event, "/job/facets/documentation/description"))?);
        }
        let Some(step) = runs.get_mut(run) else { continue };
        if text(event, "/eventType") == "START" {
            step.started_at = at;
        } else {
            step.ended_at = at.max(step.ended_at);
        }
    }
    out.steps = runs.into_values().collect();
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    const EVENT: &str = r#"{"eventType":"COMPLETE","eventTime":"2026-01-02T03:04:05Z","producer":"https://spark.example","run":{"runId":"0193","facets":{"processing_engine":{"name":"spark","version":"4.0"}}},"job":{"namespace":"plant","name":"clean"},"inputs":[{"namespace":"s3://raw","name":"/rig/a.csv"},{"namespace":"s3://raw","name":"/rig/a.csv"}],"outputs":[]}"#;

    #[test]
    fn events_become_inputs_and_steps() {
        let start = EVENT.replace("COMPLETE", "START").replace("03:04:05", "03:00:00");
        for whole in [format!("{start}\n{EVENT}\n"), format!("[{start},{EVENT}]")] {
            let read = read(&whole).unwrap();
            assert_eq!(read.inputs, [("s3://raw/rig/a.csv".to_owned(), "/rig/a.csv".to_owned())]);
            let step = &read.steps[0];
            assert_eq!((step.name.as_str(), step.tool.as_str(), read.steps.len()), ("clean", "spark 4.0", 1));
            assert!(step.started_at < step.ended_at);
        }
        for bad in ["", "{", "{}", "[1]", "{\"run\":{}}"] {
            assert!(read(bad).is_err() || bad.is_empty(), "{bad}");
        }
    }
}
