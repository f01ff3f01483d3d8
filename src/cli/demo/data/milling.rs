//! End mills in titanium: cutting signals pass by pass, flank wear measured every fifth.

use super::calendar;
use super::rng::{Rng, lost};
use super::sheet::{PLAIN, Sheet};
use std::io::{self, Write};

const TOOLS: u32 = 60;

/// Writes all passes of sixty tools.
pub(super) fn wear(out: &mut dyn Write) -> io::Result<u32> {
    let header = [
        "tool_id",
        "pass_no",
        "ts",
        "machine",
        "vc_m_min",
        "fz_mm",
        "ap_mm",
        "ae_mm",
        "coolant_bar",
        "spindle_kw",
        "fx_n",
        "fy_n",
        "vib_rms_m_s2",
        "vb_mm",
        "tool_end",
    ];
    let mut sheet = Sheet::start(out, PLAIN, &header)?;
    for tool in 1..=TOOLS {
        let mut rng = Rng::new(31_000 + u64::from(tool));
        one_tool(&mut sheet, tool, &mut rng)?;
    }
    Ok(sheet.rows())
}

fn one_tool(sheet: &mut Sheet<'_>, tool: u32, rng: &mut Rng) -> io::Result<()> {
    let vc = rng.pick(&[50.0, 60.0, 70.0, 80.0], 60.0);
    let fz = rng.pick(&[0.05, 0.06, 0.08], 0.06);
    let (ap, ae): (f64, f64) = rng.pick(&[(10.0, 1.5), (8.0, 2.0), (12.0, 1.0)], (10.0, 1.5));
    let coolant = rng.pick(&[20.0, 70.0], 70.0);
    // Taylor's law with an exponent of 0.28; high-pressure coolant keeps the edge about a third longer.
    let life = 62.0
        * (60.0_f64 / vc).powf(1.0 / 0.28).powf(0.42)
        * if coolant > 50.0 { 1.2 } else { 0.9 }
        * rng.between(0.8, 1.25);
    let chips_at = if rng.chance(0.15) { life * rng.between(0.35, 0.9) } else { f64::INFINITY };
    let machine = rng.below(4) + 1;
    let mut at = calendar::date(2025, 9, 1) + (tool - 1) * 36 * calendar::HOUR + rng.below(7_200);
    for pass in 1..=130 {
        let x = f64::from(pass) / life;
        let chipped = f64::from(pass) >= chips_at;
        let vb = 0.055 * (1.0 - (-x / 0.08).exp()) + 0.13 * x + 0.115 * x.powi(7) + if chipped { 0.16 } else { 0.0 };
        let end = if chipped {
            "chipped"
        } else if vb >= 0.3 {
            "worn"
        } else {
            ""
        };
        let dull = 1.0 + 1.9 * vb;
        let area = ap * fz * (ae / 12.0).sqrt() * 2.0;
        let force = 2_050.0 * area * dull * rng.normal(1.0, 0.018);
        sheet
            .text(&format!("T{tool:03}"))
            .whole(pass)
            .text(&calendar::text(at))
            .text(&format!("HM-V{machine}"))
            .number(vc, 0)
            .number(fz, 2)
            .number(ap, 0)
            .number(ae, 1)
            .number(coolant + rng.normal(0.0, 0.6), 1)
            .number(0.9 + force * vc / 60_000.0 * 1.35 + rng.normal(0.0, 0.02), 3)
            .maybe(lost(force, 0.01, rng), 0)
            .maybe(lost(force * (0.46 + 0.5 * vb) * rng.normal(1.0, 0.025), 0.01, rng), 0)
            .number(2.2 * dull * dull * vc / 60.0 * rng.normal(1.0, 0.05), 2)
            .maybe((pass % 5 == 0 || !end.is_empty()).then(|| vb + rng.normal(0.0, 0.004)), 3)
            .text(end);
        sheet.end()?;
        if !end.is_empty() {
            break;
        }
        at += 372 + rng.below(40);
    }
    Ok(())
}
