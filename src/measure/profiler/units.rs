//! Units in the names of columns, such as `Air temperature [K]`, `Torque (Nm)`, `speed_rpm`.

/// Units that are taken from the end of a name without brackets.
const PLAIN: &[(&str, &str)] = &[
    ("rpm", "rpm"),
    ("kw", "kW"),
    ("kwh", "kWh"),
    ("mwh", "MWh"),
    ("hz", "Hz"),
    ("khz", "kHz"),
    ("mhz", "MHz"),
    ("mm", "mm"),
    ("cm", "cm"),
    ("km", "km"),
    ("um", "µm"),
    ("µm", "µm"),
    ("ms", "ms"),
    ("us", "µs"),
    ("kv", "kV"),
    ("°c", "°C"),
    ("degc", "°C"),
    ("celsius", "°C"),
    ("bar", "bar"),
    ("mbar", "mbar"),
    ("kpa", "kPa"),
    ("mpa", "MPa"),
    ("hpa", "hPa"),
    ("kn", "kN"),
    ("kg", "kg"),
    ("pct", "%"),
    ("percent", "%"),
    ("ppm", "ppm"),
    ("db", "dB"),
    ("kva", "kVA"),
    ("kvar", "kvar"),
    ("ohm", "Ω"),
    ("sec", "s"),
    ("seconds", "s"),
    ("hours", "h"),
    ("days", "d"),
];

/// Finds the unit in a name.
#[must_use]
pub fn of_name(name: &str) -> Option<String> {
    let name = name.trim();
    for (open, close) in [('[', ']'), ('(', ')'), ('（', '）'), ('【', '】')] {
        if let Some(rest) = name.strip_suffix(close)
            && let Some((_, unit)) = rest.rsplit_once(open)
        {
            let unit = unit.trim();
            let fits = !unit.is_empty() && unit.chars().count() <= 12 && !unit.contains([' ', ',', '=', ':']);
            // A longer word in brackets is a remark rather than a unit.
            let word = unit.chars().count() > 5 && unit.chars().all(char::is_alphabetic);
            return (fits && !word && unit.parse::<f64>().is_err()).then(|| unit.to_owned());
        }
    }
    let last = name.rsplit(['_', ' ', '/']).next().filter(|last| last.len() < name.len())?;
    let last = last.to_lowercase();
    PLAIN.iter().find(|(word, _)| *word == last).map(|(_, unit)| (*unit).to_owned())
}

#[cfg(test)]
mod tests {
    use super::of_name;

    #[test]
    fn units_of_names() {
        for (name, unit) in [
            ("Air temperature [K]", Some("K")),
            ("Torque (Nm)", Some("Nm")),
            ("温度（℃）", Some("℃")),
            ("Speed [m/s²]", Some("m/s²")),
            ("speed_rpm", Some("rpm")),
            ("c1_kw", Some("kW")),
            ("flow_nm3_min", None),
            ("Load (optional)", None),
            ("Product ID", None),
            ("class_A", None),
            ("rpm", None),
            ("value (1)", None),
        ] {
            assert_eq!(of_name(name).as_deref(), unit, "{name}");
        }
    }
}
