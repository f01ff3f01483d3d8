//! An electronics plant: solder paste inspection pad by pad, and its compressed-air station.

use super::calendar::{self, HOUR};
use super::rng::{Rng, lost};
use super::sheet::{MARKED, PLAIN, Sheet};
use std::io::{self, Write};

const BOARDS: u32 = 100;

/// The parts of the board: designator, number of pads inspected, area ratio of the stencil aperture.
const PARTS: [(&str, u32, f64); 10] = [
    ("U1", 16, 0.66),
    ("U2", 8, 0.71),
    ("U5", 8, 0.68),
    ("Q3", 3, 0.95),
    ("C12", 2, 0.82),
    ("C13", 2, 0.82),
    ("R20", 2, 0.84),
    ("R21", 2, 0.84),
    ("L4", 2, 1.10),
    ("J1", 5, 1.22),
];

/// Writes every pad of a hundred boards; the stencil is wiped after each twentieth.
pub(super) fn paste(out: &mut dyn Write) -> io::Result<u32> {
    let header = [
        "板号 (Board ID)",
        "位号 [RefDes]",
        "焊盘号",
        "刮刀方向 (F/R)",
        "体积 Volume [%]",
        "面积 Area [%]",
        "高度 Height [μm]",
        "X偏移 [μm]",
        "Y偏移 [μm]",
        "检测时间",
        "机器判定",
        "人工复判",
    ];
    let mut sheet = Sheet::start(out, MARKED, &header)?;
    let mut rng = Rng::new(1_608);
    let mut at = calendar::date(2026, 4, 13) + 8 * HOUR;
    for board in 1..=BOARDS {
        at += 41 + rng.below(9);
        one_board(&mut sheet, board, at, &mut rng)?;
    }
    Ok(sheet.rows())
}

fn one_board(sheet: &mut Sheet<'_>, board: u32, at: u32, rng: &mut Rng) -> io::Result<()> {
    let since_wipe = f64::from((board - 1) % 20);
    let forward = board % 2 == 1;
    let (x, y) = (rng.normal(4.0, 6.0), rng.normal(if forward { 11.0 } else { -8.0 }, 5.0));
    for (part, pads, ratio) in PARTS {
        for pad in 1..=pads {
            // Small apertures clog first.
            let clog = since_wipe * 0.75 * (0.9 - ratio).max(0.0) * 2.6;
            let odd = rng.chance(0.004);
            let volume = rng.normal(101.0 - clog + if forward { 1.2 } else { -1.2 }, 5.5 / ratio.max(0.7))
                - if odd { 46.0 } else { 0.0 };
            let area = rng.normal(98.0 + 0.16 * (volume - 100.0), 2.4);
            let (dx, dy) = (x + rng.normal(0.0, 5.0), y + rng.normal(0.0, 5.0));
            let bad = !(60.0..=145.0).contains(&volume) || dx.abs() > 60.0 || dy.abs() > 60.0;
            let warn = !bad && volume < 75.0;
            sheet
                .text(&format!("HX7A-{board:04}"))
                .text(part)
                .whole(pad)
                .text(if forward { "F" } else { "R" })
                .number(volume, 1)
                .number(area, 1)
                .maybe(lost(120.0 * volume / area, 0.001, rng), 1)
                .number(dx, 0)
                .number(dy, 0)
                .text(&calendar::text(at))
                .text(if bad {
                    "NG"
                } else if warn {
                    "警告"
                } else {
                    "OK"
                })
                .text(if bad { rng.pick(&["NG", "NG", "误报"], "NG") } else { "" });
            sheet.end()?;
        }
    }
    Ok(())
}

/// Writes eight weeks of the air station: demand, pressure, dew point and the power of three compressors.
pub(super) fn air(out: &mut dyn Write) -> io::Result<u32> {
    let header = [
        "ts",
        "flow_nm3_min",
        "header_mpa",
        "dew_point_c",
        "c1_kw",
        "c2_kw",
        "c3_vsd_kw",
        "dryer_kw",
        "energy_kwh",
        "ambient_c",
    ];
    let mut sheet = Sheet::start(out, PLAIN, &header)?;
    let mut rng = Rng::new(250);
    let mut weather = 0.0;
    for step in 0..56 * 96 {
        let at = calendar::date(2026, 1, 12) + step * 900;
        weather = 0.995 * weather + rng.normal(0.0, 0.25);
        quarter(&mut sheet, at, calendar::air(at) + weather, &mut rng)?;
    }
    Ok(sheet.rows())
}

fn quarter(sheet: &mut Sheet<'_>, at: u32, ambient: f64, rng: &mut Rng) -> io::Result<()> {
    let hour = calendar::hour(at);
    let work = match (calendar::holiday(at), calendar::weekday(at)) {
        (true, _) => 0.03,
        (false, 6) => 0.22,
        (false, 5) => 0.7,
        (false, _) => 1.0,
    };
    let shift = if (8.0..20.0).contains(&hour) { 1.0 } else { 0.72 };
    let pause = if (11.5..12.5).contains(&hour) || (17.0..17.5).contains(&hour) { 0.78 } else { 1.0 };
    // About 6 Nm³/min leak away at all hours, holidays included.
    let flow = 6.1 + 58.0 * work * shift * pause * rng.normal(1.0, 0.035);
    let (mut left, mut fixed) = (flow, [0.0, 0.0]);
    for unit in &mut fixed {
        if left > 34.0 {
            *unit = 132.0 + 0.25 * (ambient - 20.0) + rng.normal(0.0, 0.8);
            left -= 23.5;
        }
    }
    // The speed-controlled unit takes the rest; below a third of its flow it idles and becomes dear.
    let part = (left / 24.0).clamp(0.0, 1.45);
    let variable = 19.0 + 112.0 * part + rng.normal(0.0, 1.0);
    let dryer = 4.8 + 0.09 * flow + rng.normal(0.0, 0.1);
    let [first, second] = fixed;
    let total = (first + second + variable + dryer) / 4.0;
    sheet
        .text(&calendar::text(at))
        .maybe(lost(flow, 0.003, rng), 1)
        .number(rng.normal(0.682 - 0.02 * (part - 0.8).max(0.0), 0.004), 3)
        .maybe(lost(-38.0 + 0.22 * ambient + rng.normal(0.0, 0.7), 0.011, rng), 1)
        .number(first, 1)
        .number(second, 1)
        .number(variable, 1)
        .number(dryer, 1)
        .number(total, 2)
        .number(ambient, 1);
    sheet.end()
}
