//! An industrial estate: distribution transformers by the hour and a photovoltaic roof.

use super::calendar::{self, DAY, HOUR};
use super::rng::{Rng, lost};
use super::sheet::{PLAIN, Sheet};
use std::io::{self, Write};

/// The transformers: name, rating in kVA, share by day and by night, power factor.
const UNITS: [(&str, f64, f64, f64, f64); 4] = [
    ("T1", 1_000.0, 0.68, 0.21, 0.93),
    ("T2", 1_600.0, 0.74, 0.61, 0.91),
    ("T3", 1_250.0, 0.55, 0.16, 0.95),
    ("T4", 1_600.0, 0.82, 0.48, 0.88),
];

/// Writes four transformers over seventy-five summer days.
pub(super) fn transformers(out: &mut dyn Write) -> io::Result<u32> {
    let header =
        ["transformer", "hour_start", "rated_kva", "p_kw", "q_kvar", "load_factor", "top_oil_c", "ambient_c", "tap"];
    let mut sheet = Sheet::start(out, PLAIN, &header)?;
    for (unit, seed) in UNITS.into_iter().zip(60_076_u64..) {
        let mut rng = Rng::new(seed);
        let (mut oil, mut weather) = (45.0, 0.0);
        for step in 0..75 * 24 {
            let at = calendar::date(2025, 6, 2) + step * HOUR;
            weather = 0.97 * weather + rng.normal(0.0, 0.5);
            transformer_hour(&mut sheet, unit, at, weather, &mut oil, &mut rng)?;
        }
    }
    Ok(sheet.rows())
}

fn transformer_hour(
    sheet: &mut Sheet<'_>,
    (name, rated, by_day, by_night, factor): (&str, f64, f64, f64, f64),
    at: u32,
    weather: f64,
    oil: &mut f64,
    rng: &mut Rng,
) -> io::Result<()> {
    let ambient = calendar::air(at) + weather;
    let day = (7.5..19.5).contains(&calendar::hour(at));
    let rest = if calendar::weekday(at) == 6 { 0.45 } else { 1.0 };
    let cooling = 0.009 * (ambient - 26.0).max(0.0);
    let load = ((if day { by_day } else { by_night }) * rest + cooling) * rng.normal(1.0, 0.05);
    let power_factor = (factor + rng.normal(0.0, 0.008)).min(0.995);
    let apparent = load * rated;
    // Top oil after IEC 60076-7: rated rise 52 K, loss ratio 6, exponent 0.8, three hours to settle.
    let goal = ambient + 52.0 * ((1.0 + 6.0 * load * load) / 7.0).powf(0.8);
    *oil += (goal - *oil) / 3.6;
    let silent = rng.chance(0.004);
    sheet
        .text(name)
        .text(&calendar::text(at))
        .number(rated, 0)
        .maybe((!silent).then_some(apparent * power_factor), 1)
        .maybe((!silent).then_some(apparent * (1.0 - power_factor * power_factor).sqrt()), 1)
        .maybe((!silent).then_some(load), 3)
        .maybe(lost(*oil + rng.normal(0.0, 0.3), 0.006, rng), 1)
        .number(ambient, 1)
        .whole(if load > 0.8 { 4 } else { 3 });
    sheet.end()
}

/// Writes sixty days of a 1.2 MWp roof.
pub(super) fn rooftop(out: &mut dyn Write) -> io::Result<u32> {
    let header = ["ts", "irradiance_w_m2", "ambient_c", "module_c", "dc_kw", "ac_kw", "inverters_on", "event"];
    let mut sheet = Sheet::start(out, PLAIN, &header)?;
    let mut rng = Rng::new(1_200);
    let mut cloud = 0.3;
    for step in 0..60 * 96 {
        let at = calendar::date(2025, 4, 1) + step * 900;
        if step % 96 == 0 {
            cloud = rng.between(0.0, 1.0);
        }
        let thick = (cloud * rng.between(0.75, 1.2)).clamp(0.0, 1.0);
        let clear = 1_050.0 * sun(at).powf(1.15);
        let light = clear * (1.0 - 0.78 * thick * thick);
        let ambient = calendar::air(at) - 2.0 * cloud + rng.normal(0.0, 0.3);
        let module = ambient + 0.029 * light + rng.normal(0.0, 0.3);
        let day = (at - calendar::date(2025, 4, 1)) / DAY;
        // One of ten inverters fails on 21 April and is exchanged eight days later; dust costs 0.1 % a day till the rain of 9 May.
        let on = if (20..28).contains(&day) { 9 } else { 10 };
        let dust = 1.0 - 0.001 * f64::from(if day < 38 { day } else { day - 38 });
        let dc = 1_200.0 * light / 1_000.0 * (1.0 - 0.0036 * (module - 25.0)) * f64::from(on) / 10.0 * 0.93 * dust;
        let ac = (dc * 0.982 - 1.4).clamp(0.0, 100.0 * f64::from(on));
        let event = match (day, step % 96) {
            (20, 0) => "INV-07 isolation fault",
            (28, 0) => "INV-07 exchanged",
            _ => "",
        };
        sheet
            .text(&calendar::text(at))
            .maybe(lost(light.max(0.0), 0.005, &mut rng), 0)
            .number(ambient, 1)
            .maybe(lost(module, 0.005, &mut rng), 1)
            .number(dc.max(0.0), 1)
            .number(ac, 1)
            .whole(on)
            .text(event);
        sheet.end()?;
    }
    Ok(sheet.rows())
}

/// Gives the sine of the sun's height at 31° north, never below 0; the clock is UTC+8.
fn sun(at: u32) -> f64 {
    let tilt = (23.44_f64).to_radians() * ((calendar::day_of_year(at) - 81.0) / 365.25 * std::f64::consts::TAU).sin();
    let turn = ((calendar::hour(at) - 12.0) * 15.0).to_radians();
    let latitude = 31.0_f64.to_radians();
    (latitude.sin() * tilt.sin() + latitude.cos() * tilt.cos() * turn.cos()).max(0.0)
}
