//! Spindle bearings run to failure: features of a vibration window every four hours.

use super::calendar::{self, HOUR};
use super::rng::{Rng, lost};
use super::sheet::{PLAIN, Sheet};
use std::io::{self, Write};

/// Which release of the files is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Release {
    /// Twenty specimens, rig 3 with a wrong sensor sensitivity.
    First,
    /// Twenty-four specimens, sensitivity put right.
    Corrected,
}

const TYPES: [&str; 4] = ["LJ-7014C/P4", "LJ-7016C/P4", "LJ-B7010E/P4A", "LJ-N1014K/SP"];
const STEP_HOURS: u32 = 4;

struct Specimen {
    number: u32,
    kind: &'static str,
    rig: u32,
    load_kn: f64,
    speed: f64,
    started: u32,
    steps: u32,
    finding: &'static str,
    onset: f64,
    base: f64,
}

fn specimens(release: Release) -> Vec<Specimen> {
    let count = if release == Release::First { 20 } else { 24 };
    let mut rng = Rng::new(412);
    (0..count).map(|at| specimen(at, &mut rng)).collect()
}

fn specimen(at: u32, rng: &mut Rng) -> Specimen {
    let load_kn = rng.pick(&[4.5, 6.0, 7.5, 9.0], 6.0);
    let speed = rng.pick(&[6_000.0, 8_000.0, 10_000.0], 8_000.0);
    // Life falls with the cube of the load (ISO 281) and scatters widely.
    let mut hours = 600.0 * (6.0_f64 / load_kn).powi(3) * (8_000.0 / speed) * rng.between(0.55, 1.7);
    let mut finding =
        rng.pick(&["outer_race", "outer_race", "inner_race", "inner_race", "rolling_element", "cage"], "outer_race");
    if hours < 260.0 {
        hours = rng.between(150.0, 340.0);
    }
    if hours > 1_200.0 {
        hours = 1_200.0;
        finding = "suspended";
    }
    let kind = rng.pick(&TYPES, "LJ-7014C/P4");
    let steps = (1..=400).rev().find(|&n| f64::from(n * STEP_HOURS) <= hours).unwrap_or(60);
    Specimen {
        number: at + 1,
        kind,
        rig: at % 4 + 1,
        load_kn,
        speed,
        started: calendar::date(2024, 3, 4) + (at / 4) * 96 * 24 * HOUR + (at % 4) * 50 * HOUR + 8 * HOUR,
        steps,
        finding,
        onset: rng.between(0.62, 0.88),
        base: rng.between(1.7, 2.4) * (load_kn / 6.0).powf(0.4) * (speed / 8_000.0),
    }
}

/// How far the fault has come, 0 before its onset, 1 at the end of life.
fn damage(specimen: &Specimen, step: u32) -> f64 {
    if specimen.finding == "suspended" {
        return 0.0;
    }
    let life = f64::from(step) / f64::from(specimen.steps - 1);
    ((life - specimen.onset) / (1.0 - specimen.onset)).max(0.0)
}

/// Writes the features of every window.
pub(super) fn features(out: &mut dyn Write, release: Release) -> io::Result<u32> {
    let header = [
        "bearing_id",
        "ts_utc",
        "rig",
        "load_kn",
        "speed_rpm",
        "acc_rms_m_s2",
        "acc_kurtosis",
        "acc_crest",
        "env_bpfo_m_s2",
        "env_bpfi_m_s2",
        "temp_outer_c",
        "temp_ambient_c",
    ];
    let mut sheet = Sheet::start(out, PLAIN, &header)?;
    for specimen in specimens(release) {
        let mut rng = Rng::new(9_000 + u64::from(specimen.number));
        let gain = if release == Release::First && specimen.rig == 3 { 1.1 } else { 1.0 };
        for step in 0..specimen.steps {
            window(&mut sheet, &specimen, step, gain, &mut rng)?;
        }
    }
    Ok(sheet.rows())
}

fn window(sheet: &mut Sheet<'_>, specimen: &Specimen, step: u32, gain: f64, rng: &mut Rng) -> io::Result<()> {
    let at = specimen.started + step * STEP_HOURS * HOUR;
    let d = damage(specimen, step);
    let running_in = 0.18 * (-f64::from(step) / 5.0).exp();
    // The specimen is taken off when the effective value passes 20 m/s².
    let growth = (20.8 / specimen.base).powf(d.powf(2.1));
    let rms = specimen.base * (1.0 + running_in) * growth * rng.normal(1.0, 0.022);
    // Single impacts raise kurtosis early; once the damage has spread the signal fills up and kurtosis falls again.
    let impact = d.powf(0.7) * (1.0 - 0.55 * d * d) * 4.0;
    let kurtosis = 3.02 + 2.6 * impact * rng.between(0.75, 1.3) + rng.normal(0.0, 0.09);
    let crest = 3.7 + 1.15 * impact + rng.normal(0.0, 0.14);
    let (outer, inner) = match specimen.finding {
        "outer_race" => (1.0, 0.12),
        "inner_race" => (0.1, 1.0),
        "rolling_element" => (0.35, 0.3),
        _ => (0.15, 0.1),
    };
    let envelope = 0.05 + rms * 0.32 * d;
    let ambient = 22.5 + 0.12 * (calendar::air(at) - 17.0) + rng.normal(0.0, 0.25);
    let warm = 1.0 - (-f64::from(step + 1) / 0.6).exp();
    let heat = warm * (9.0 * specimen.speed / 8_000.0 + 1.5 * specimen.load_kn + 11.0 * d.powi(4));
    sheet
        .text(&format!("LJB-{:03}", specimen.number))
        .text(&calendar::iso(at))
        .whole(specimen.rig)
        .number(specimen.load_kn, 1)
        .number(specimen.speed + rng.normal(0.0, 4.0), 0)
        .maybe(lost(rms * gain, 0.000_4, rng), 3)
        .maybe(lost(kurtosis, 0.000_4, rng), 3)
        .number(crest, 2)
        .number(envelope * outer * gain * rng.between(0.85, 1.15), 3)
        .number(envelope * inner * gain * rng.between(0.85, 1.15), 3)
        .maybe(lost(ambient + heat + rng.normal(0.0, 0.3), 0.018, rng), 1)
        .number(ambient, 1);
    sheet.end()
}

/// Writes one row for each specimen.
pub(super) fn specimens_file(out: &mut dyn Write, release: Release) -> io::Result<u32> {
    let header = [
        "bearing_id",
        "type",
        "rig",
        "load_kn",
        "speed_rpm",
        "started_utc",
        "ended_utc",
        "life_h",
        "outcome",
        "damage",
    ];
    let mut sheet = Sheet::start(out, PLAIN, &header)?;
    for specimen in specimens(release) {
        let hours = (specimen.steps - 1) * STEP_HOURS;
        let suspended = specimen.finding == "suspended";
        sheet
            .text(&format!("LJB-{:03}", specimen.number))
            .text(specimen.kind)
            .whole(specimen.rig)
            .number(specimen.load_kn, 1)
            .number(specimen.speed, 0)
            .text(&calendar::iso(specimen.started))
            .text(&calendar::iso(specimen.started + hours * HOUR))
            .whole(hours)
            .text(if suspended { "suspended" } else { "failed" })
            .text(if suspended { "" } else { specimen.finding });
        sheet.end()?;
    }
    Ok(sheet.rows())
}
