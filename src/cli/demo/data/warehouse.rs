//! Stock movements of two spare-parts warehouses; no bin ever goes below zero.

use super::calendar::{self, HOUR};
use super::rng::Rng;
use super::sheet::{PLAIN, Sheet};
use std::io::{self, Write};

const ARTICLES: u32 = 180;

/// Writes seven thousand movements: receipts, picks, transfers and counts.
pub(super) fn movements(out: &mut dyn Write) -> io::Result<u32> {
    let header = ["movement_id", "ts_utc", "site", "sku", "type", "qty", "balance", "bin", "order_ref"];
    let mut sheet = Sheet::start(out, PLAIN, &header)?;
    let mut rng = Rng::new(4_711);
    let mut stock: Vec<u32> = (0..ARTICLES).map(|_| 10 + rng.below(80)).collect();
    let mut at = calendar::date(2026, 2, 2) + 6 * HOUR;
    for number in 1..=7_000 {
        at += 20 + rng.below(170);
        if calendar::hour(at) >= 20.0 {
            let days = if calendar::weekday(at) >= 4 { 3 } else { 1 };
            at = at / calendar::DAY * calendar::DAY + (days * 24 + 6) * HOUR;
        }
        // Few articles move often: the square pulls towards the first ones.
        let article = rng.below(ARTICLES) * rng.below(ARTICLES) / ARTICLES;
        let Some(balance) = usize::try_from(article).ok().and_then(|i| stock.get_mut(i)) else { continue };
        let (kind, quantity) = movement(*balance, &mut rng);
        *balance = match kind {
            "receipt" => *balance + quantity,
            "pick" | "transfer_out" => *balance - quantity,
            _ => quantity,
        };
        let balance = *balance;
        sheet
            .text(&format!("M{number:06}"))
            .text(&calendar::iso(at))
            .text(if article.is_multiple_of(3) { "VEN-2" } else { "VEN-1" })
            .text(&format!("MB-{:04}", 1_000 + article * 7))
            .text(kind)
            .whole(quantity)
            .whole(balance)
            .text(&format!("{}{:02}-{:02}", rng.pick(&["A", "B", "C", "D"], "A"), article % 24 + 1, article % 9 + 1));
        sheet.text(&match kind {
            "receipt" => format!("IN-{:05}", 20_000 + number / 7),
            "pick" => format!("SO-{:05}", 50_000 + number / 3),
            _ => String::new(),
        });
        sheet.end()?;
    }
    Ok(sheet.rows())
}

/// Chooses what happens to an article with that balance, and how many pieces move (or were counted).
fn movement(balance: u32, rng: &mut Rng) -> (&'static str, u32) {
    if balance < 8 {
        return ("receipt", 24 + 12 * rng.below(5));
    }
    match rng.below(100) {
        0..10 => ("receipt", 6 + rng.below(30)),
        10..14 => ("transfer_out", 1 + rng.below(balance / 2)),
        14..17 => ("count", if rng.chance(0.8) { balance } else { balance - rng.below(2) }),
        _ => ("pick", 1 + rng.below(balance.min(9) - 1)),
    }
}
