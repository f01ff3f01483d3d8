//! Orders and lead times: cast and forged parts across the sea, spindle parts from nearby.

use super::calendar::{self, DAY};
use super::rng::{Rng, lost};
use super::sheet::{MARKED, PLAIN, Sheet};
use std::io::{self, Write};

/// The lanes: name, usual days on the way by sea or rail, deviation.
const LANES: [(&str, f64, f64); 5] = [
    ("Duisburg-Chongqing rail", 19.0, 3.0),
    ("Rotterdam-Ningbo sea", 38.0, 5.0),
    ("Rotterdam-Shanghai sea", 37.0, 5.0),
    ("Antwerp-Taicang sea", 40.0, 6.0),
    ("Mannheim-Wuhan rail", 21.0, 3.5),
];

/// Order lines over 800 days.
const LINES: u32 = 4_000;

/// Writes order lines from order to arrival.
pub(super) fn lead_times(out: &mut dyn Write) -> io::Result<u32> {
    let header = [
        "line_id",
        "lane",
        "commodity",
        "pieces",
        "weight_kg",
        "ordered_on",
        "promised_on",
        "shipped_on",
        "arrived_on",
        "customs_days",
        "late_days",
    ];
    let mut sheet = Sheet::start(out, PLAIN, &header)?;
    let mut rng = Rng::new(3_003);
    let first = calendar::date(2024, 6, 3);
    for number in 0..LINES {
        let ordered = first + number * 800 / LINES * DAY;
        order_line(&mut sheet, number + 1, ordered, &mut rng)?;
    }
    Ok(sheet.rows())
}

fn days(value: f64) -> u32 {
    (0..400).rev().find(|&n| f64::from(n) <= value).unwrap_or(0)
}

fn order_line(sheet: &mut Sheet<'_>, number: u32, ordered: u32, rng: &mut Rng) -> io::Result<()> {
    let lane = rng.pick(&LANES, ("Rotterdam-Shanghai sea", 37.0, 5.0));
    let (commodity, make, weight) = rng.pick(
        &[
            ("grey iron casting", 34.0, 62.0),
            ("ductile iron casting", 41.0, 48.0),
            ("steel forging", 46.0, 75.0),
            ("aluminium casting", 29.0, 11.0),
        ],
        ("grey iron casting", 34.0, 62.0),
    );
    let pieces = 1 + rng.below(60);
    let promised = days(make + lane.1 + 9.0);
    // Foundries stand still in August and boats fill up before the Spring Festival.
    let season = calendar::day_of_year(ordered);
    let crowd = if (205.0..235.0).contains(&season) {
        9.0
    } else if !(20.0..=340.0).contains(&season) {
        7.0
    } else {
        0.0
    };
    let trouble = if rng.chance(0.06) { rng.between(10.0, 45.0) } else { 0.0 };
    let made = days((make + crowd + trouble + rng.normal(0.0, 4.0)).max(5.0));
    let customs = days(1.0 + rng.between(0.0, 3.0) + if rng.chance(0.05) { rng.between(3.0, 12.0) } else { 0.0 });
    let way = days((lane.1 + rng.normal(0.0, lane.2)).max(9.0));
    let shipped = ordered + made * DAY;
    let arrived = shipped + (way + customs) * DAY;
    let cut = calendar::date(2026, 10, 1);
    let late = (f64::from(arrived) - f64::from(ordered + promised * DAY)) / f64::from(DAY);
    let open = arrived >= cut;
    sheet
        .text(&format!("L{number:05}"))
        .text(lane.0)
        .text(commodity)
        .whole(pieces)
        .maybe(lost(f64::from(pieces) * weight * rng.between(0.6, 1.6), 0.01, rng), 0)
        .text(&calendar::day_text(ordered))
        .text(&calendar::day_text(ordered + promised * DAY));
    sheet.text(&if shipped < cut { calendar::day_text(shipped) } else { String::new() });
    sheet.text(&if open { String::new() } else { calendar::day_text(arrived) });
    sheet.maybe((!open).then_some(f64::from(customs)), 0).maybe((!open).then_some(late), 0);
    sheet.end()
}

/// The parts bought: code, group, usual price in CNY, usual lead time in days.
const PARTS: [(&str, &str, f64, f64); 8] = [
    ("SP-1040", "主轴轴承", 1_860.0, 28.0),
    ("SP-1122", "拉刀机构", 2_430.0, 35.0),
    ("SP-1210", "旋转接头", 1_120.0, 21.0),
    ("SP-1305", "电主轴转子", 4_980.0, 42.0),
    ("SP-1418", "编码器", 1_540.0, 30.0),
    ("SP-1502", "密封件", 46.0, 12.0),
    ("SP-1611", "锻件毛坯", 735.0, 25.0),
    ("SP-1720", "碟形弹簧", 8.6, 14.0),
];

/// Writes purchase orders with promised and real arrival and the share accepted at goods-in.
pub(super) fn purchases(out: &mut dyn Write) -> io::Result<u32> {
    let header = [
        "采购单号",
        "行号",
        "物料编码",
        "物料组",
        "供应商代号",
        "下单日期",
        "要求到货日期",
        "实际到货日期",
        "数量 (件)",
        "单价 (元)",
        "到货合格率 (%)",
        "备注",
    ];
    let mut sheet = Sheet::start(out, MARKED, &header)?;
    let mut rng = Rng::new(2_024);
    let (mut order, mut line, mut day) = (1, 0, 0);
    for _ in 0..3_000 {
        line += 1;
        if line > 1 + rng.below(5) {
            order += 1;
            line = 1;
            day += u32::from(rng.chance(0.55));
        }
        let ordered = calendar::date(2024, 9, 2) + day * DAY;
        let (code, group, price, usual) = rng.pick(&PARTS, ("SP-1040", "主轴轴承", 1_860.0, 28.0));
        let supplier = rng.below(14) + 1;
        // Each supplier has its own habit: some are always early, two are rarely in time.
        let habit = match supplier {
            3 | 11 => 6.5,
            5 | 8 => -2.0,
            _ => 0.8,
        };
        let stretch = if calendar::holiday(ordered + 14 * DAY) { 9.0 } else { 0.0 };
        let taken =
            days((usual + habit + stretch + rng.normal(0.0, 3.5) + if rng.chance(0.04) { 16.0 } else { 0.0 }).max(3.0));
        let wanted = days(usual);
        let accepted = (rng.normal(if supplier == 11 { 97.2 } else { 99.4 }, 0.8)).clamp(88.0, 100.0);
        sheet
            .text(&format!("PO{}{order:05}", calendar::short(ordered)))
            .whole(line)
            .text(code)
            .text(group)
            .text(&format!("S{supplier:02}"))
            .text(&calendar::day_text(ordered))
            .text(&calendar::day_text(ordered + wanted * DAY))
            .text(&calendar::day_text(ordered + taken * DAY))
            .whole(if price < 50.0 { 100 * (1 + rng.below(20)) } else { 2 + rng.below(60) })
            .number(price * rng.between(0.95, 1.08), 2)
            .maybe(lost(accepted, 0.03, &mut rng), 1)
            .text(if taken > wanted + 10 {
                rng.pick(&["供方产能不足", "外协热处理延误", "来料复检", "物流中转滞留"], "来料复检")
            } else {
                ""
            });
        sheet.end()?;
    }
    Ok(sheet.rows())
}
