//! The graph as an SVG: one column for each step away, no styles of its own, a title for each node.

use crate::market::datasets::lineage::graph::{Graph, What};
use crate::urls;
use crate::values::Lang;
use crate::words;
use std::fmt::Write;

const WIDTH: i32 = 220;
const HEIGHT: i32 = 52;
const ACROSS: i32 = 52;
const DOWN: i32 = 18;
const EDGE: i32 = 12;

fn safe(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// A text cut to what fits into a node; wide characters take two places.
fn fitting(text: &str) -> String {
    let mut places = 0;
    let mut out = String::new();
    for c in text.chars() {
        places += if c.is_ascii() { 1 } else { 2 };
        if places > 19 {
            out.push('…');
            return out;
        }
        out.push(c);
    }
    out
}

/// Where each node stands: columns by level, each centred.
fn places(graph: &Graph) -> (Vec<(i32, i32)>, i32, i32) {
    let least = graph.nodes.iter().map(|n| n.level).min().unwrap_or(0);
    let most = graph.nodes.iter().map(|n| n.level).max().unwrap_or(0);
    let count = |level: i32| graph.nodes.iter().filter(|n| n.level == level).map(|_| 1).sum::<i32>();
    let tallest = (least..=most).map(count).max().unwrap_or(1).max(1);
    let height = tallest * (HEIGHT + DOWN) - DOWN + 2 * EDGE;
    let mut at = Vec::with_capacity(graph.nodes.len());
    for (place, node) in graph.nodes.iter().enumerate() {
        let above: i32 = graph.nodes.iter().take(place).filter(|n| n.level == node.level).map(|_| 1).sum();
        let own = count(node.level) * (HEIGHT + DOWN) - DOWN;
        let top = (height - own) / 2 + above * (HEIGHT + DOWN);
        at.push((EDGE + (node.level - least) * (WIDTH + ACROSS), top));
    }
    let width = (most - least + 1) * (WIDTH + ACROSS) - ACROSS + 2 * EDGE;
    (at, width, height)
}

/// Draws the graph.
pub(super) fn draw(lang: Lang, graph: &Graph) -> String {
    let (at, width, height) = places(graph);
    let label = safe(&words::say(lang, "lineage"));
    let mut out = format!(
        "<div class=\"region\" role=\"region\" tabindex=\"0\" aria-label=\"{label}\"><svg class=\"graph\" role=\"img\" aria-label=\"{label}\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\">"
    );
    for (from, to) in &graph.edges {
        let (Some((x1, y1)), Some((x2, y2))) = (at.get(*from), at.get(*to)) else { continue };
        let (x1, y1, x2, y2) = (x1 + WIDTH, y1 + HEIGHT / 2, *x2, y2 + HEIGHT / 2);
        let middle = (x1 + x2) / 2;
        let tip = format!("M{x2} {y2}l-8 -4v8z");
        // Writing into a text cannot fail.
        let _ = write!(
            out,
            "<path class=\"edge\" d=\"M{x1} {y1}C{middle} {y1} {middle} {y2} {x2} {y2}\"/><path class=\"tip\" d=\"{tip}\"/>"
        );
    }
    for (place, (node, (x, y))) in graph.nodes.iter().zip(&at).enumerate() {
        let hidden = words::say(lang, "not-public");
        let (class, title, small, href) = match &node.what {
            What::Here(here) => {
                let (dataset, version, owner) = here.as_ref();
                let class = if place == 0 { "node this" } else { "node" };
                let href = (place > 0).then(|| urls::release(owner, &dataset.slug, &version.label));
                (class, node.title(lang), format!("{owner} · {}", version.label), href)
            }
            What::Outside(name, address) => ("node outside", name.clone(), address.clone(), None),
            What::Hidden => ("node hidden", hidden, String::new(), None),
        };
        let whole = safe(&format!("{title} {small}"));
        let (x_text, y1, y2) = (x + 10, y + 22, y + 40);
        let body = format!(
            "<g class=\"{class}\"><title>{whole}</title><rect x=\"{x}\" y=\"{y}\" width=\"{WIDTH}\" height=\"{HEIGHT}\"/><text x=\"{x_text}\" y=\"{y1}\">{}</text><text class=\"small\" x=\"{x_text}\" y=\"{y2}\">{}</text></g>",
            safe(&fitting(&title)),
            safe(&fitting(&small)),
        );
        match href {
            Some(href) => out.push_str(&format!("<a href=\"{}\">{body}</a>", safe(&href))),
            None => out.push_str(&body),
        }
    }
    out.push_str("</svg></div>");
    out
}
