//! Seeded generators of the demo's data files: CSV that looks like the plant it claims to come from.
//!
//! Each writes row by row, the same bytes every time. What the files are sold as stands in `content`; nothing here
//! knows the market.

mod bearings;
mod calendar;
mod electronics;
mod gears;
mod grid;
mod machines;
mod milling;
mod orders;
mod presses;
mod rng;
mod sheet;
mod steel;
mod warehouse;

use std::io::{self, BufWriter, Write};

/// One kind of file that can be generated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Generator {
    /// Vibration features of spindle bearings, first release: rig 3 reads ten per cent too high.
    BearingFeaturesFirst,
    /// Vibration features of spindle bearings, corrected, with four more specimens.
    BearingFeatures,
    /// The specimens of the first release.
    BearingSpecimensFirst,
    /// The specimens: type, load, life and finding.
    BearingSpecimens,
    /// Hourly temperatures of machining centres.
    MachineTemperatures,
    /// The stops that belong to the temperatures.
    MachineStops,
    /// Motor current, flow and temperature of four cooling-water pumps.
    PumpCurrents,
    /// Cutting force, power and flank wear of end mills in titanium.
    MillingWear,
    /// Press-fit force curves with their verdict, in the Central European manner.
    PressCurves,
    /// End-of-line test of geared motors.
    MotorTests,
    /// Surface defects of cold-rolled strip.
    StripDefects,
    /// Solder paste inspection, pad by pad.
    PasteInspection,
    /// Gear profile, lead and pitch deviations.
    GearDeviations,
    /// Reheating furnace by zone, first ninety days.
    FurnaceFirst,
    /// Reheating furnace by zone, with two more months and the share of hot-charged slabs.
    Furnace,
    /// Compressed-air station every quarter of an hour.
    AirStation,
    /// Four distribution transformers by the hour.
    Transformers,
    /// A rooftop photovoltaic plant every quarter of an hour.
    Rooftop,
    /// Order lines of cast and forged parts from order to arrival.
    LeadTimes,
    /// Purchase orders of spindle parts.
    PurchaseOrders,
    /// Stock movements of two warehouses.
    WarehouseMovements,
}

impl Generator {
    /// Every generator, in the order of their declaration.
    pub const ALL: [Self; 21] = [
        Self::BearingFeaturesFirst,
        Self::BearingFeatures,
        Self::BearingSpecimensFirst,
        Self::BearingSpecimens,
        Self::MachineTemperatures,
        Self::MachineStops,
        Self::PumpCurrents,
        Self::MillingWear,
        Self::PressCurves,
        Self::MotorTests,
        Self::StripDefects,
        Self::PasteInspection,
        Self::GearDeviations,
        Self::FurnaceFirst,
        Self::Furnace,
        Self::AirStation,
        Self::Transformers,
        Self::Rooftop,
        Self::LeadTimes,
        Self::PurchaseOrders,
        Self::WarehouseMovements,
    ];

    /// Writes the whole file to `out` and gives the number of rows below the header.
    ///
    /// # Errors
    /// Whatever `out` answers to a write.
    pub fn write(self, out: &mut dyn Write) -> io::Result<u32> {
        let mut out = BufWriter::with_capacity(64 * 1024, out);
        let rows = self.rows_into(&mut out)?;
        out.flush()?;
        Ok(rows)
    }

    fn rows_into(self, out: &mut dyn Write) -> io::Result<u32> {
        match self {
            Self::BearingFeaturesFirst => bearings::features(out, bearings::Release::First),
            Self::BearingFeatures => bearings::features(out, bearings::Release::Corrected),
            Self::BearingSpecimensFirst => bearings::specimens_file(out, bearings::Release::First),
            Self::BearingSpecimens => bearings::specimens_file(out, bearings::Release::Corrected),
            Self::MachineTemperatures => machines::temperatures(out),
            Self::MachineStops => machines::stops_file(out),
            Self::PumpCurrents => machines::pumps(out),
            Self::MillingWear => milling::wear(out),
            Self::PressCurves => presses::curves(out),
            Self::MotorTests => presses::motor_tests(out),
            Self::StripDefects => steel::defects(out),
            Self::PasteInspection => electronics::paste(out),
            Self::GearDeviations => gears::deviations(out),
            Self::FurnaceFirst => steel::furnace(out, steel::Period::FirstYear),
            Self::Furnace => steel::furnace(out, steel::Period::Whole),
            Self::AirStation => electronics::air(out),
            Self::Transformers => grid::transformers(out),
            Self::Rooftop => grid::rooftop(out),
            Self::LeadTimes => orders::lead_times(out),
            Self::PurchaseOrders => orders::purchases(out),
            Self::WarehouseMovements => warehouse::movements(out),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(which: Generator) -> Vec<u8> {
        let mut out = Vec::new();
        let rows = which.write(&mut out).unwrap_or(0);
        let lines = out.iter().filter(|&&b| b == b'\n').count();
        assert_eq!(lines, usize::try_from(rows).unwrap_or(0) + 1, "{which:?}");
        out
    }

    #[test]
    fn twice_the_same_and_small_in_all() {
        let mut total = 0;
        for which in Generator::ALL {
            let once = bytes(which);
            assert!(once == bytes(which), "{which:?} differs from itself");
            total += once.len();
        }
        assert!(total < 6_000_000, "{total} bytes");
    }

    #[test]
    fn every_row_has_every_column() {
        for which in Generator::ALL {
            if which == Generator::MachineStops {
                continue; // its findings have quoted commas
            }
            let out = bytes(which);
            let text = String::from_utf8_lossy(&out);
            let separator = if which == Generator::PressCurves { ';' } else { ',' };
            let mut lines = text.lines();
            let width = lines.next().unwrap_or_default().matches(separator).count();
            assert!(lines.all(|line| line.matches(separator).count() == width), "{which:?}");
        }
    }

    #[test]
    fn no_number_ran_away() {
        for which in Generator::ALL {
            let out = bytes(which);
            let text = String::from_utf8_lossy(&out);
            assert!(!text.contains("NaN") && !text.contains("inf,"), "{which:?}");
        }
    }
}
