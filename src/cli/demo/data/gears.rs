//! Gears from a generating grinder, measured tooth by tooth while the wheel wears between dressings.

use super::calendar::{self, HOUR};
use super::rng::{Rng, lost};
use super::sheet::{PLAIN, Sheet};
use std::io::{self, Write};

/// Writes 240 gears of twelve measured teeth.
pub(super) fn deviations(out: &mut dyn Write) -> io::Result<u32> {
    let header = [
        "gear_id",
        "measured_at",
        "module_mm",
        "teeth",
        "since_dressing",
        "tooth",
        "ff_alpha_um",
        "fH_alpha_um",
        "ff_beta_um",
        "fH_beta_um",
        "fp_um",
        "flank",
        "grade_iso1328",
    ];
    let mut sheet = Sheet::start(out, PLAIN, &header)?;
    let mut rng = Rng::new(1_328);
    let mut at = calendar::date(2024, 11, 18) + 8 * HOUR;
    for gear in 0..240 {
        at += 1_380 + rng.below(600);
        let (module, teeth) = rng.pick(&[(2.5, 37), (3.0, 41), (4.0, 29)], (3.0, 41));
        let since = gear % 30;
        let wear = f64::from(since) / 30.0;
        let lean = rng.normal(1.2 * wear, 0.7);
        let runout = rng.between(1.0, 3.2);
        for tooth in 1..=12 {
            let form = 1.5 + 2.1 * wear * wear + rng.normal(0.0, 0.22);
            let slope = 0.6 + 3.4 * wear + rng.normal(0.0, 0.6);
            // Eccentric clamping shows as one wave of pitch deviation round the gear.
            let pitch = runout * (f64::from(tooth) / 12.0 * std::f64::consts::TAU).sin() + rng.normal(0.0, 0.5);
            let worst = form.max(slope.abs()).max(pitch.abs());
            sheet
                .text(&format!("SLG-{:04}", gear + 1))
                .text(&calendar::text(at))
                .number(module, 1)
                .whole(teeth)
                .whole(since)
                .whole(tooth)
                .number(form, 2)
                .number(slope, 2)
                .maybe(lost(1.3 + 0.8 * wear + rng.normal(0.0, 0.2), 0.002, &mut rng), 2)
                .number(lean + rng.normal(0.0, 0.4), 2)
                .number(pitch, 2)
                .text(if tooth % 2 == 1 { "left" } else { "right" })
                .whole(if worst < 2.2 {
                    3
                } else if worst < 3.2 {
                    4
                } else {
                    5
                });
            sheet.end()?;
        }
    }
    Ok(sheet.rows())
}
