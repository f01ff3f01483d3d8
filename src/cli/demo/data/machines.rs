//! Machining centres that overheat and stop, and the current of cooling-water pumps.

use super::calendar::{self, DAY, HOUR};
use super::rng::{Rng, lost};
use super::sheet::{PLAIN, Sheet};
use std::io::{self, Write};

const HOURS: u32 = 60 * 24;

struct Stop {
    machine: u32,
    from: u32,
    hours: u32,
    warning: u32,
    component: &'static str,
    alarm: &'static str,
    finding: &'static str,
}

const fn stop(machine: u32, from: u32, hours: u32, warning: u32, what: [&'static str; 3]) -> Stop {
    let [component, alarm, finding] = what;
    Stop { machine, from, hours, warning, component, alarm, finding }
}

/// The stops, with the hour after the start at which each begins and how long before it can be seen.
const STOPS: [Stop; 9] = [
    stop(1, 418, 9, 40, ["spindle chiller", "AL-2104", "refrigerant loss at the expansion valve, refilled"]),
    stop(1, 1_143, 14, 62, ["front bearing", "AL-2110", "grease channelled; bearing set replaced"]),
    stop(2, 730, 6, 0, ["tool changer", "AL-3301", "gripper switch misread; no thermal sign"]),
    stop(3, 275, 11, 55, ["front bearing", "AL-2110", "outer race spalled; spindle exchanged"]),
    stop(3, 1_188, 5, 18, ["coolant pump", "AL-4007", "suction strainer blocked by chips"]),
    stop(4, 903, 7, 30, ["spindle chiller", "AL-2104", "condenser fouled with oil mist, cleaned"]),
    stop(5, 566, 4, 14, ["coolant pump", "AL-4007", "worn impeller replaced"]),
    stop(6, 349, 8, 36, ["spindle chiller", "AL-2104", "fan contactor burnt"]),
    stop(6, 1_289, 16, 70, ["front bearing", "AL-2110", "preload lost after collision two weeks before"]),
];

fn start() -> u32 {
    calendar::date(2025, 5, 5)
}

/// Writes hourly means of six machines over sixty days.
pub(super) fn temperatures(out: &mut dyn Write) -> io::Result<u32> {
    let header = [
        "machine_id",
        "hour_start",
        "state",
        "spindle_speed_rpm",
        "spindle_load_pct",
        "front_bearing_c",
        "motor_c",
        "coolant_c",
        "ambient_c",
        "alarm",
    ];
    let mut sheet = Sheet::start(out, PLAIN, &header)?;
    for machine in 1..=6 {
        let mut rng = Rng::new(500 + u64::from(machine));
        let mut heat = Heat { bearing: 22.0, motor: 22.0, coolant: 22.0 };
        for step in 0..HOURS {
            hour(&mut sheet, machine, step, &mut heat, &mut rng)?;
        }
    }
    Ok(sheet.rows())
}

struct Heat {
    bearing: f64,
    motor: f64,
    coolant: f64,
}

fn hour(sheet: &mut Sheet<'_>, machine: u32, step: u32, heat: &mut Heat, rng: &mut Rng) -> io::Result<()> {
    let at = start() + step * HOUR;
    let down = STOPS.iter().find(|s| s.machine == machine && step >= s.from && step < s.from + s.hours);
    let near = STOPS.iter().find(|s| s.machine == machine && step < s.from && step + s.warning >= s.from);
    let shift = calendar::hour(at) >= 8.0 && calendar::weekday(at) < 6;
    let state = match (down.is_some(), shift) {
        (true, _) => "fault",
        (false, false) => "off",
        (false, true) => {
            if rng.chance(0.12) {
                "idle"
            } else {
                "run"
            }
        }
    };
    let running = state == "run";
    let speed =
        if running { rng.pick(&[3_200.0, 4_800.0, 6_400.0, 8_000.0], 4_800.0) + rng.normal(0.0, 15.0) } else { 0.0 };
    let load = if running { rng.normal(46.0 + 2.0 * f64::from(machine), 9.0).clamp(8.0, 98.0) } else { 0.0 };
    let ambient = 24.0 + 0.35 * (calendar::air(at) - 20.0) + rng.normal(0.0, 0.3);
    // What is about to fail runs hotter, ever faster, until the stop.
    let excess = near.map_or(0.0, |s| {
        let left = f64::from(s.from - step) / f64::from(s.warning + 1);
        (1.0 - left).powi(2)
    });
    let part = near.map_or("", |s| s.component);
    // A machine that stands still shows nothing.
    let on = |component: &str, kelvin: f64| if running && part == component { kelvin * excess } else { 0.0 };
    let bearing_goal =
        ambient + speed / 8_000.0 * 21.0 + load * 0.06 + on("front bearing", 26.0) + on("spindle chiller", 11.0);
    let motor_goal = ambient + load * 0.48 + speed / 8_000.0 * 6.0 + on("spindle chiller", 16.0);
    let coolant_goal = ambient - 1.5 + load * 0.05 + on("coolant pump", 9.0) + on("spindle chiller", 2.5);
    heat.bearing += 0.72 * (bearing_goal - heat.bearing);
    heat.motor += 0.55 * (motor_goal - heat.motor);
    heat.coolant += 0.25 * (coolant_goal - heat.coolant);
    sheet
        .text(&format!("MC-{machine:02}"))
        .text(&calendar::text(at))
        .text(state)
        .number(speed, 0)
        .number(load, 1)
        .maybe(lost(heat.bearing + rng.normal(0.0, 0.2), 0.006, rng), 1)
        .maybe(lost(heat.motor + rng.normal(0.0, 0.3), 0.006, rng), 1)
        .maybe(lost(heat.coolant + rng.normal(0.0, 0.15), 0.004, rng), 1)
        .number(ambient, 1)
        .text(down.map_or("", |s| s.alarm));
    sheet.end()
}

/// Writes the stops of the six machines.
pub(super) fn stops_file(out: &mut dyn Write) -> io::Result<u32> {
    let header = ["stop_id", "machine_id", "began", "ended", "component", "alarm", "finding"];
    let mut sheet = Sheet::start(out, PLAIN, &header)?;
    for (number, s) in (1..).zip(STOPS.iter()) {
        sheet
            .text(&format!("ST-{number:03}"))
            .text(&format!("MC-{:02}", s.machine))
            .text(&calendar::text(start() + s.from * HOUR))
            .text(&calendar::text(start() + (s.from + s.hours) * HOUR))
            .text(s.component)
            .text(s.alarm)
            .text(s.finding);
        sheet.end()?;
    }
    Ok(sheet.rows())
}

/// Writes ten-minute values of four pumps over one week: one wears, one loses phase balance, one cavitates.
pub(super) fn pumps(out: &mut dyn Write) -> io::Result<u32> {
    let header = [
        "pump_id",
        "ts",
        "i_a_A",
        "i_b_A",
        "i_c_A",
        "unbalance_pct",
        "winding_c",
        "flow_m3_h",
        "inlet_MPa",
        "outlet_MPa",
        "state",
    ];
    let mut sheet = Sheet::start(out, PLAIN, &header)?;
    for pump in 1..=4 {
        let mut rng = Rng::new(7_300 + u64::from(pump));
        let mut winding = 61.0;
        for step in 0..7 * DAY / 600 {
            ten_minutes(&mut sheet, pump, step, &mut winding, &mut rng)?;
        }
    }
    Ok(sheet.rows())
}

fn ten_minutes(sheet: &mut Sheet<'_>, pump: u32, step: u32, winding: &mut f64, rng: &mut Rng) -> io::Result<()> {
    let at = calendar::date(2026, 6, 8) + step * 600;
    let week = f64::from(step) / 1_008.0;
    let wear = if pump == 2 { 0.13 * week } else { 0.0 };
    let unbalance = if pump == 3 { 0.4 + 14.0 * (week - 0.35).max(0.0).powf(1.4) } else { 0.5 };
    let gas = pump == 4 && calendar::hour(at) > 11.5 && calendar::hour(at) < 16.0 && calendar::air(at) > 26.0;
    // The protection of pump 3 trips in the night to Sunday; the standby pump is not part of the data.
    let tripped = pump == 3 && step > 885;
    let demand = 1.0 + 0.05 * ((calendar::hour(at) - 15.0) / 24.0 * std::f64::consts::TAU).cos();
    let flow =
        if tripped { 0.0 } else { 905.0 * demand * (1.0 - wear) * if gas { rng.between(0.82, 0.93) } else { 1.0 } };
    let mean = if tripped { 0.0 } else { 118.0 + 84.0 * flow / 905.0 };
    let swing = mean * unbalance / 100.0;
    let noise = if gas { 2.6 } else { 0.5 };
    let mut phase = |offset: f64| if tripped { 0.0 } else { mean + offset + rng.normal(0.0, noise) };
    let (a, b, c) = (phase(swing), phase(-0.4 * swing), phase(-0.6 * swing));
    let average = (a + b + c) / 3.0;
    let spread = (a - average).abs().max((b - average).abs()).max((c - average).abs());
    let goal = calendar::air(at) + 34.0 * (average / 202.0).powi(2) + 3.4 * unbalance;
    *winding += 0.06 * (if tripped { calendar::air(at) } else { goal } - *winding);
    let outlet = if tripped { 0.12 } else { 0.58 - 0.08 * (flow / 905.0).powi(2) - 0.35 * wear };
    sheet
        .text(&format!("P-{pump:02}"))
        .text(&calendar::text(at))
        .number(a, 1)
        .number(b, 1)
        .number(c, 1)
        .number(if tripped { 0.0 } else { 100.0 * spread / average }, 2)
        .maybe(lost(*winding + rng.normal(0.0, 0.2), 0.003, rng), 1)
        .maybe(lost((flow + if tripped { 0.0 } else { rng.normal(0.0, 6.0) }).max(0.0), 0.008, rng), 0)
        .number(if gas { rng.normal(0.021, 0.004) } else { rng.normal(0.046, 0.002) }, 3)
        .number(outlet + rng.normal(0.0, 0.003), 3)
        .text(if tripped { "trip" } else { "run" });
    sheet.end()
}
