//! Small charts of columns, drawn here as inline SVG: no script, no request.

use crate::measure::casts::real;
use std::fmt::Write;

/// Width and height of a chart, with room for a base line.
const HEIGHT: f64 = 28.0;
/// Width of a bar and of its place.
const BAR: (f64, f64) = (5.8, 6.8);
/// Bars that fit.
const MOST: usize = 20;

/// Draws bars for counts; what is not zero is seen.
pub(super) fn bars(counts: &[u64], words: &str) -> String {
    let Some(most) = counts.iter().max().filter(|most| **most > 0) else { return String::new() };
    let mut path = String::new();
    let mut x = 0.5;
    for count in counts.iter().take(MOST) {
        let height = if *count == 0 { 0.0 } else { (real(*count) / real(*most) * HEIGHT).max(0.6) };
        // Writing into a string does not fail.
        if height > 0.0 && write!(path, "M{x:.1} 29v-{height:.1}h{0:.1}v{height:.1}z", BAR.0).is_err() {
            break;
        }
        x += BAR.1;
    }
    format!(
        "<svg class=\"hist\" viewBox=\"0 0 136 30\" role=\"img\" aria-label=\"{}\"><path class=\"axis base\" d=\"M0 29.5h136\"/><path class=\"bar\" d=\"{path}\"/></svg>",
        escaped(words)
    )
}

/// Draws the score as ten strokes.
pub(super) fn assay(tenths: u64, words: &str) -> String {
    let strokes = usize::try_from((tenths + 50) / 100).unwrap_or(0).min(10);
    let mut lit = String::new();
    let mut rest = String::new();
    let mut x = 2.0;
    for at in 0..10 {
        let done = if at < strokes { write!(lit, "M{x:.1} 0v12") } else { write!(rest, "M{x:.1} 3v9") };
        if done.is_err() {
            break;
        }
        x += 5.6;
    }
    format!(
        "<svg class=\"assay\" viewBox=\"0 0 56 12\" role=\"img\" aria-label=\"{}\"><path d=\"{rest}\"/><path class=\"on\" d=\"{lit}\"/></svg>",
        escaped(words)
    )
}

/// Escapes text for an attribute: values of columns come from files of strangers.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&#39;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn charts_say_nothing_that_is_not_escaped() {
        let drawn = bars(&[1, 0, 4], "\"><script>");
        assert!(drawn.contains("M0.5 29v-7.0h5.8v7.0z") && !drawn.contains("<script"));
        assert_eq!(bars(&[0, 0], "x"), "");
        assert!(assay(873, "87.3").matches("0v12").count() == 9);
    }
}
