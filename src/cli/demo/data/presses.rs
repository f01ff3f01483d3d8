//! A German drive maker: press-fit force curves, and the end-of-line test of geared motors.

use super::calendar;
use super::rng::{Rng, lost};
use super::sheet::{CONTINENTAL, PLAIN, Sheet};
use std::io::{self, Write};

const CYCLES: u32 = 2_400;
const POINTS: u32 = 14;

#[derive(Clone, Copy, PartialEq)]
enum Fault {
    None,
    Loose,
    Tight,
    Tilted,
    Dry,
    Short,
}

impl Fault {
    fn name(self) -> &'static str {
        match self {
            Self::None => "",
            Self::Loose => "Übermaß zu klein",
            Self::Tight => "Übermaß zu groß",
            Self::Tilted => "verkantet",
            Self::Dry => "ohne Fett",
            Self::Short => "nicht auf Anschlag",
        }
    }
}

/// Writes the force at fourteen positions of every press stroke, with the verdict.
pub(super) fn curves(out: &mut dyn Write) -> io::Result<u32> {
    let mut header: Vec<String> =
        ["Teil-Nr.", "Zeitstempel", "Linie", "Übermaß [µm]", "v Presse [mm/s]"].map(String::from).to_vec();
    header.extend((1..=POINTS).map(|mm| format!("F {mm} mm [kN]")));
    header.extend(["Fmax [kN]", "s Ende [mm]", "Ergebnis", "Fehlerart"].map(String::from));
    let names: Vec<&str> = header.iter().map(String::as_str).collect();
    let mut sheet = Sheet::start(out, CONTINENTAL, &names)?;
    let mut rng = Rng::new(5_150);
    let mut at = calendar::date(2025, 3, 10) + 6 * calendar::HOUR;
    for number in 1..=CYCLES {
        at += 34 + rng.below(9);
        // Two shifts; the line stands from ten in the evening till six.
        if calendar::hour(at) >= 22.0 {
            at = at / calendar::DAY * calendar::DAY + 30 * calendar::HOUR;
        }
        stroke(&mut sheet, number, at, &mut rng)?;
    }
    Ok(sheet.rows())
}

fn fault(rng: &mut Rng) -> Fault {
    if !rng.chance(0.055) {
        return Fault::None;
    }
    rng.pick(
        &[Fault::Loose, Fault::Loose, Fault::Tight, Fault::Tilted, Fault::Tilted, Fault::Dry, Fault::Short],
        Fault::Loose,
    )
}

fn stroke(sheet: &mut Sheet<'_>, number: u32, at: u32, rng: &mut Rng) -> io::Result<()> {
    let fault = fault(rng);
    let line = rng.pick(&["M1", "M2", "M3"], "M1");
    // The bores of line M2 drift upwards as its reamer wears.
    let drift = if line == "M2" { -2.5 * f64::from(number) / f64::from(CYCLES) } else { 0.0 };
    let interference = match fault {
        Fault::Loose => rng.normal(15.0, 2.0),
        Fault::Tight => rng.normal(49.0, 2.5),
        Fault::None | Fault::Tilted | Fault::Dry | Fault::Short => rng.normal(32.0, 3.2) + drift,
    };
    let friction = if fault == Fault::Dry { 1.42 } else { 1.0 } * rng.normal(1.0, 0.03);
    let end = if fault == Fault::Short { rng.between(12.4, 13.3) } else { rng.normal(13.95, 0.02) };
    let forces: Vec<Option<f64>> =
        (1..=POINTS).map(|mm| force(fault, interference, friction, end, f64::from(mm), rng)).collect();
    let highest = forces.iter().flatten().fold(0.0_f64, |a, &b| a.max(b));
    sheet
        .text(&format!("{}{number:05}", calendar::short(at)))
        .text(&calendar::dotted(at))
        .text(line)
        .maybe(lost(interference, 0.012, rng), 1)
        .number(rng.normal(25.0, 0.15), 1);
    for force in forces {
        sheet.maybe(force, 2);
    }
    sheet.number(highest, 2).number(end, 2).text(if fault == Fault::None { "OK" } else { "NG" }).text(fault.name());
    sheet.end()
}

/// Gives the force at a position; nothing beyond the end of the stroke.
fn force(fault: Fault, interference: f64, friction: f64, end: f64, mm: f64, rng: &mut Rng) -> Option<f64> {
    if mm > end + 0.2 {
        return None;
    }
    let lead_in = (mm / 2.0).min(1.0);
    let mut force = 0.35 + interference * 0.0265 * friction * mm * lead_in;
    if fault == Fault::Tilted {
        force += 3.1 * (-((mm - 3.0) / 1.4).powi(2)).exp();
    }
    if fault == Fault::Dry {
        force += 0.55 * (mm * 2.4).sin();
    }
    if fault != Fault::Short && mm > 13.5 {
        force += 6.0;
    }
    Some((force + rng.normal(0.0, 0.06)).max(0.0))
}

/// Writes the end-of-line test of geared motors: current, torque ripple, noise and its orders.
pub(super) fn motor_tests(out: &mut dyn Write) -> io::Result<u32> {
    let header = [
        "serial",
        "tested_at_utc",
        "ratio",
        "bench",
        "no_load_current_a",
        "torque_ripple_pct",
        "backlash_arcmin",
        "sound_dba",
        "order_mesh_mm_s",
        "order_bearing_mm_s",
        "oil_c",
        "verdict",
        "cause",
    ];
    let mut sheet = Sheet::start(out, PLAIN, &header)?;
    let mut rng = Rng::new(6_020);
    let mut at = calendar::date(2025, 10, 6) + 5 * calendar::HOUR;
    for number in 1..=2_200 {
        at += 410 + rng.below(120);
        let cause = if rng.chance(0.045) {
            rng.pick(&["gear noise", "bearing noise", "backlash", "current"], "gear noise")
        } else {
            ""
        };
        let ratio: f64 = rng.pick(&[5.0, 7.0, 10.0, 25.0], 10.0);
        // Oil warms up over the shift, and warm oil drags less.
        let oil = 24.0 + 9.0 * ((calendar::hour(at) - 5.0).max(0.0) / 17.0).min(1.0) + rng.normal(0.0, 0.6);
        let mesh = 0.42
            + 0.03 * ratio.ln()
            + rng.normal(0.0, 0.05)
            + if cause == "gear noise" { rng.between(0.5, 1.1) } else { 0.0 };
        let rolling =
            0.18 + rng.normal(0.0, 0.025) + if cause == "bearing noise" { rng.between(0.3, 0.8) } else { 0.0 };
        let current = 1.62 + 0.9 / ratio - 0.011 * (oil - 28.0)
            + rng.normal(0.0, 0.035)
            + if cause == "current" { 0.36 } else { 0.0 };
        sheet
            .text(&format!("OW{}-{number:05}", calendar::short(at)))
            .text(&calendar::iso(at))
            .number(ratio, 0)
            .text(rng.pick(&["EOL-1", "EOL-2"], "EOL-1"))
            .number(current, 3)
            .number(3.1 + 1.6 * mesh + rng.normal(0.0, 0.2), 2)
            .maybe(lost(rng.normal(2.1, 0.25) + if cause == "backlash" { 1.7 } else { 0.0 }, 0.008, &mut rng), 2)
            .number(58.5 + 8.0 * (mesh / 0.45).log10() + 7.0 * (rolling / 0.18).log10() + rng.normal(0.0, 0.5), 1)
            .number(mesh, 3)
            .number(rolling, 3)
            .number(oil, 1)
            .text(if cause.is_empty() { "pass" } else { "fail" })
            .text(cause);
        sheet.end()?;
    }
    Ok(sheet.rows())
}
