//! A steel works: surface defects of cold-rolled strip, and a walking-beam reheating furnace by zone.

use super::calendar::{self, HOUR};
use super::rng::{Rng, lost};
use super::sheet::{MARKED, PLAIN, Sheet};
use std::io::{self, Write};

/// Writes the defects that the inspection cameras found, coil by coil.
pub(super) fn defects(out: &mut dyn Write) -> io::Result<u32> {
    let header = [
        "coil_no",
        "rolled_at",
        "grade",
        "thickness_mm",
        "width_mm",
        "defect_no",
        "side",
        "position_m",
        "edge_mm",
        "class",
        "length_mm",
        "breadth_mm",
        "contrast",
        "severity",
        "confirmed",
    ];
    let mut sheet = Sheet::start(out, PLAIN, &header)?;
    let mut rng = Rng::new(8_080);
    let mut at = calendar::date(2026, 1, 5) + 7 * HOUR;
    for number in 1..=230 {
        at += 1_500 + rng.below(900);
        coil(&mut sheet, number, at, &mut rng)?;
    }
    Ok(sheet.rows())
}

fn coil(sheet: &mut Sheet<'_>, number: u32, at: u32, rng: &mut Rng) -> io::Result<()> {
    let grade = rng.pick(&["DC01", "DC03", "DC04", "SPCC"], "DC01");
    let thickness = rng.pick(&[0.5, 0.7, 0.8, 1.0, 1.2, 1.5], 0.8);
    let width = rng.pick(&[1_000.0, 1_219.0, 1_250.0, 1_500.0], 1_250.0);
    let length = 14_500.0 / thickness / width * 1_000.0 / 7.85 * rng.between(0.9, 1.05);
    // A damaged work roll of 480 mm prints its mark at every turn until it is changed.
    let marked = number % 41 > 34;
    let roll_edge = rng.between(80.0, width - 80.0);
    let marks = if marked { 18 + rng.below(18) } else { 0 };
    let first_mark = rng.between(20.0, length * 0.3);
    let others = 6 + rng.below(20);
    for defect in 1..=marks + others {
        let printed = defect <= marks;
        let class = if printed {
            "roll_mark"
        } else {
            rng.pick(
                &["scratch", "scratch", "rolled_in_scale", "rolled_in_scale", "inclusion", "edge_crack", "stain"],
                "scratch",
            )
        };
        let (long, broad) = size(class, rng);
        let turn = 0.48 * std::f64::consts::PI;
        let position = if printed { first_mark + f64::from(defect - 1) * turn } else { rng.between(0.0, length) };
        let edge = match class {
            "roll_mark" => roll_edge + rng.normal(0.0, 0.6),
            "edge_crack" => rng.between(0.0, 6.0),
            _ => rng.between(5.0, width - 5.0),
        };
        let severity = if long * broad > 160.0 {
            3
        } else if long * broad > 30.0 {
            2
        } else {
            1
        };
        sheet
            .text(&format!("QL26{number:05}"))
            .text(&calendar::text(at))
            .text(grade)
            .number(thickness, 1)
            .number(width, 0)
            .whole(defect)
            .text(if printed { "top" } else { rng.pick(&["top", "bottom"], "top") })
            .number(position, 2)
            .maybe(lost(edge, 0.004, rng), 1)
            .text(class)
            .number(long, 1)
            .number(broad, 1)
            .number(rng.normal(if class == "stain" { 0.21 } else { 0.47 }, 0.07).clamp(0.04, 0.98), 2)
            .whole(severity)
            .text(if rng.chance(0.3) { rng.pick(&["yes", "yes", "yes", "yes", "no"], "yes") } else { "" });
        sheet.end()?;
    }
    Ok(())
}

fn size(class: &str, rng: &mut Rng) -> (f64, f64) {
    match class {
        "roll_mark" => (rng.normal(6.5, 0.5), rng.normal(4.2, 0.4)),
        "scratch" => (rng.between(20.0, 420.0), rng.between(0.2, 1.1)),
        "rolled_in_scale" => (rng.between(3.0, 28.0), rng.between(1.0, 7.0)),
        "inclusion" => (rng.between(8.0, 90.0), rng.between(0.6, 3.2)),
        "edge_crack" => (rng.between(4.0, 35.0), rng.between(1.0, 9.0)),
        _ => (rng.between(10.0, 160.0), rng.between(8.0, 60.0)),
    }
}

/// Which part of the furnace's record is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Period {
    /// The first 90 days.
    FirstYear,
    /// All 150 days, with the share of hot-charged slabs.
    Whole,
}

struct Zone {
    name: &'static str,
    share: f64,
    goal: f64,
    heat: f64,
}

/// Writes hourly means of the furnace: gas, air and residual oxygen of four zones, slabs in and out.
pub(super) fn furnace(out: &mut dyn Write, period: Period) -> io::Result<u32> {
    let mut header: Vec<String> =
        ["ts", "throughput_t_h", "charge_temp_c", "discharge_temp_c"].map(String::from).to_vec();
    if period == Period::Whole {
        header.push("hot_charge_pct".to_owned());
    }
    for zone in ["pre", "h1", "h2", "soak"] {
        header.extend(["gas_nm3_h", "air_ratio", "o2_pct", "temp_c"].map(|what| format!("{zone}_{what}")));
    }
    header.extend(["gas_mj_nm3", "energy_gj_t"].map(String::from));
    let names: Vec<&str> = header.iter().map(String::as_str).collect();
    let mut sheet = Sheet::start(out, MARKED, &names)?;
    let mut rng = Rng::new(77);
    let mut zones = [("pre", 0.14, 960.0), ("h1", 0.36, 1_185.0), ("h2", 0.33, 1_252.0), ("soak", 0.17, 1_238.0)]
        .map(|(name, share, goal)| Zone { name, share, goal, heat: goal });
    let days = if period == Period::Whole { 150 } else { 90 };
    for step in 0..days * 24 {
        furnace_hour(&mut sheet, step, period, &mut zones, &mut rng)?;
    }
    Ok(sheet.rows())
}

fn furnace_hour(
    sheet: &mut Sheet<'_>,
    step: u32,
    period: Period,
    zones: &mut [Zone; 4],
    rng: &mut Rng,
) -> io::Result<()> {
    let at = calendar::date(2025, 7, 1) + step * HOUR;
    let day = step / 24;
    // Every fortnight the mill changes rolls for ten hours and the furnace is held at lower temperature.
    let held = day % 14 == 9 && (8.0..18.0).contains(&calendar::hour(at));
    let roll_change = step % 8 == 5;
    let throughput = if held { 0.0 } else { rng.normal(if roll_change { 168.0 } else { 214.0 }, 13.0) };
    let hot = if held { 0.0 } else { rng.normal(46.0 + 18.0 * (f64::from(day) / 9.0).sin(), 9.0).clamp(0.0, 95.0) };
    let charge = 28.0 + 0.01 * hot * 520.0 + rng.normal(0.0, 12.0);
    let discharge = rng.normal(1_226.0, 6.0);
    let heating_value = rng.normal(8.35, 0.12);
    // Heat into the slabs (0.68 kJ/kgK on the mean) over the efficiency, and what the walls and skids lose.
    let useful = throughput * 0.68 * (discharge - charge) / 0.64;
    let gas = (useful + 24_500.0) / heating_value * rng.normal(1.0, 0.012);
    sheet.text(&calendar::text(at)).number(throughput, 1);
    sheet.maybe((!held).then_some(charge), 0).maybe(if held { None } else { lost(discharge, 0.01, rng) }, 0);
    if period == Period::Whole {
        sheet.number(hot, 1);
    }
    for zone in zones.iter_mut() {
        let goal = if held { zone.goal - 110.0 } else { zone.goal + 0.12 * (throughput - 205.0) };
        zone.heat += 0.45 * (goal - zone.heat) + rng.normal(0.0, 2.2);
        let ratio = rng.normal(if zone.name == "soak" { 2.02 } else { 2.09 }, 0.03);
        let oxygen = ((ratio - 1.86) * 9.5 + rng.normal(0.0, 0.2)).clamp(0.2, 9.0);
        sheet
            .number(gas * zone.share * rng.normal(1.0, 0.025), 0)
            .number(ratio, 2)
            .maybe(lost(oxygen, 0.015, rng), 1)
            .maybe(lost(zone.heat, 0.002, rng), 0);
    }
    sheet.number(heating_value, 2).maybe((!held).then(|| gas * heating_value / 1_000.0 / throughput), 3);
    sheet.end()
}
