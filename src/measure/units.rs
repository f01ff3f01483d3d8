//! Units in the case-sensitive code of UCUM (<https://ucum.org/ucum>), checked against the units that industry writes:
//! prefixes where UCUM allows them, exponents, products, quotients, brackets and annotations such as `{rpm}`.

/// Units that take prefixes.
const METRIC: &[&str] = &[
    "m", "g", "s", "A", "K", "mol", "cd", "rad", "sr", "Hz", "N", "Pa", "J", "W", "C", "V", "F", "Ohm", "S", "Wb", "T",
    "H", "Cel", "lm", "lx", "Bq", "Gy", "Sv", "kat", "l", "L", "t", "bar", "eV", "u", "B", "Np", "B[V]", "B[SPL]",
    "B[W]", "cal", "Ci", "R", "G", "P", "St", "dyn", "erg", "By", "bit", "Bd", "tex", "st", "ar", "U", "pc", "VA",
    "[e]", "[g]", "mho", "eq", "osm", "cal_IT", "var",
];

/// Units that stand alone.
const PLAIN: &[&str] = &[
    "min",
    "h",
    "d",
    "wk",
    "mo",
    "a",
    "deg",
    "'",
    "''",
    "gon",
    "%",
    "[ppth]",
    "[ppm]",
    "[ppb]",
    "[pptr]",
    "[pH]",
    "[degF]",
    "[degR]",
    "[in_i]",
    "[ft_i]",
    "[yd_i]",
    "[mi_i]",
    "[nmi_i]",
    "[kn_i]",
    "[mil_i]",
    "[lb_av]",
    "[oz_av]",
    "[lbf_av]",
    "[psi]",
    "[HP]",
    "[Btu_IT]",
    "[gal_us]",
    "[bbl_us]",
    "[ft_us]",
    "[sin_i]",
    "[cin_i]",
    "[cft_i]",
    "[acr_us]",
    "[car_m]",
    "[hp_X]",
    "atm",
    "att",
    "m[H2O]",
    "m[Hg]",
    "[in_i'H2O]",
    "[in_i'Hg]",
    "AU",
    "circ",
    "sph",
    "[pi]",
    "[c]",
    "[G]",
    "10*",
    "10^",
    "[car_Au]",
    "[Ch]",
    "bit_s",
    "mesh_i",
    "[mesh_i]",
    "[rpm]",
];

/// Prefixes, two letters first.
const PREFIXES: &[&str] = &[
    "da", "Ki", "Mi", "Gi", "Ti", "Y", "Z", "E", "P", "T", "G", "M", "k", "h", "d", "c", "m", "u", "n", "p", "f", "a",
    "z", "y",
];

/// What people write, and the code for it.
const WRITTEN: &[(&str, &str)] = &[
    ("°c", "Cel"),
    ("℃", "Cel"),
    ("degc", "Cel"),
    ("celsius", "Cel"),
    ("摄氏度", "Cel"),
    ("°f", "[degF]"),
    ("℉", "[degF]"),
    ("°", "deg"),
    ("rpm", "/min"),
    ("r/min", "/min"),
    ("1/min", "/min"),
    ("转/分", "/min"),
    ("sec", "s"),
    ("seconds", "s"),
    ("秒", "s"),
    ("minutes", "min"),
    ("分钟", "min"),
    ("hours", "h"),
    ("hour", "h"),
    ("hr", "h"),
    ("小时", "h"),
    ("day", "d"),
    ("days", "d"),
    ("天", "d"),
    ("percent", "%"),
    ("pct", "%"),
    ("ohm", "Ohm"),
    ("ω", "Ohm"),
    ("nm", "N.m"),
    ("n·m", "N.m"),
    ("kwh", "kW.h"),
    ("mwh", "MW.h"),
    ("wh", "W.h"),
    ("kvar", "kvar"),
    ("kva", "kVA"),
    ("ah", "A.h"),
    ("m/s²", "m/s2"),
    ("m/s^2", "m/s2"),
    ("mm/s²", "mm/s2"),
    ("mm/s^2", "mm/s2"),
    ("m²", "m2"),
    ("m³", "m3"),
    ("m^2", "m2"),
    ("m^3", "m3"),
    ("m³/h", "m3/h"),
    ("nm³/h", "m3/h"),
    ("mm²", "mm2"),
    ("cm²", "cm2"),
    ("μm", "um"),
    ("µm", "um"),
    ("μs", "us"),
    ("µs", "us"),
    ("kpa", "kPa"),
    ("mpa", "MPa"),
    ("kn", "kN"),
    ("khz", "kHz"),
    ("mhz", "MHz"),
    ("hz", "Hz"),
    ("kw", "kW"),
    ("db", "dB"),
    ("ppm", "[ppm]"),
    ("ppb", "[ppb]"),
    ("psi", "[psi]"),
    ("inch", "[in_i]"),
    ("in", "[in_i]"),
    ("ft", "[ft_i]"),
    ("lb", "[lb_av]"),
    ("hp", "[HP]"),
    ("米", "m"),
    ("毫米", "mm"),
    ("千克", "kg"),
    ("公斤", "kg"),
    ("吨", "t"),
    ("伏", "V"),
    ("安", "A"),
    ("千瓦", "kW"),
    ("千瓦时", "kW.h"),
];

/// A unit that UCUM does not know in this writing, and the code that was probably meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadUnit {
    /// The code that was probably meant.
    pub meant: Option<&'static str>,
}

/// Finds the code for what people write, such as `Cel` for `°C`.
#[must_use]
pub fn code_for(written: &str) -> Option<&'static str> {
    let low = written.trim().to_lowercase();
    WRITTEN.iter().find(|(w, _)| *w == low).map(|(_, code)| *code)
}

/// Checks a unit; the empty one says that there is none, `1` that the quantity is a pure number.
///
/// # Errors
/// [`BadUnit`] for what is no code of UCUM, with the code that was probably meant.
pub fn check(code: &str) -> Result<(), BadUnit> {
    let fits = code.len() <= 60 && code.bytes().all(|b| b.is_ascii_graphic());
    if code.is_empty() || fits && term(code, 0) { Ok(()) } else { Err(BadUnit { meant: code_for(code) }) }
}

/// A product or quotient: components between `.` and `/`; a `/` may stand first.
fn term(text: &str, depth: usize) -> bool {
    if depth > 4 {
        return false;
    }
    let text = text.strip_prefix('/').unwrap_or(text);
    let (mut round, mut curly, mut square, mut from) = (0_i32, false, false, 0);
    let mut parts = Vec::new();
    for (at, c) in text.char_indices() {
        match c {
            '{' if !square => curly = true,
            '}' => curly = false,
            '[' if !curly => square = true,
            ']' if !curly => square = false,
            '(' if !curly => round += 1,
            ')' if !curly => round -= 1,
            '.' | '/' if !curly && !square && round == 0 => {
                parts.push(text.get(from..at).unwrap_or_default());
                from = at + 1;
            }
            _ => {}
        }
    }
    parts.push(text.get(from..).unwrap_or_default());
    round == 0 && !curly && !square && parts.iter().all(|part| component(part, depth))
}

/// A unit with exponent and annotation, a number, an annotation alone, or a term in brackets.
fn component(text: &str, depth: usize) -> bool {
    if let Some(inner) = text.strip_prefix('(').and_then(|t| t.strip_suffix(')')) {
        return !inner.is_empty() && term(inner, depth + 1);
    }
    let (body, annotated) = match text.split_once('{') {
        Some((body, rest)) => match rest.strip_suffix('}') {
            Some(note) if !note.contains(['{', '}']) => (body, true),
            _ => return false,
        },
        None => (text, false),
    };
    if body.is_empty() {
        return annotated;
    }
    if body.bytes().all(|b| b.is_ascii_digit()) {
        return true;
    }
    if unit(body) {
        return true;
    }
    let digits = body.bytes().rev().take_while(u8::is_ascii_digit).count();
    let stem = body.get(..body.len() - digits).unwrap_or_default();
    let stem = stem.strip_suffix(['-', '+']).unwrap_or(stem);
    (1..=3).contains(&digits) && unit(stem)
}

fn unit(text: &str) -> bool {
    if METRIC.contains(&text) || PLAIN.contains(&text) {
        return true;
    }
    PREFIXES.iter().any(|p| text.strip_prefix(p).is_some_and(|rest| METRIC.contains(&rest)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_of_industry() {
        for good in [
            "",
            "1",
            "m",
            "mm/s",
            "m/s2",
            "Cel",
            "K",
            "%",
            "/min",
            "{rpm}",
            "1/min{rpm}",
            "kW.h",
            "N.m",
            "kg/m3",
            "um",
            "[degF]",
            "[psi]",
            "m3/h",
            "(m.s)/kg",
            "10*3/uL",
            "s-1",
            "A",
            "mA",
            "dB",
            "MPa",
            "kPa",
            "m2.K/W",
            "[in_i]",
            "kat",
            "g.m2",
            "GJ",
            "t/h",
            "kvar",
            "mol/L",
            "deg",
            "m/(s.K)",
            "W/m2",
            "kHz",
        ] {
            assert_eq!(check(good), Ok(()), "{good}");
        }
        for bad in
            ["°C", "rpm", "sec", "m/", "m//s", "(m", "m)", "x", "kmin", "mm per s", "m^2", "{", "m..s", "Kelvin", "()"]
        {
            assert!(check(bad).is_err(), "{bad}");
        }
        assert_eq!(check("°C").unwrap_err().meant, Some("Cel"));
        assert_eq!(check("Nm").map_err(|b| b.meant), Err(Some("N.m")));
    }

    #[test]
    fn what_is_proposed_is_good() {
        for (written, code) in WRITTEN {
            assert_eq!(check(code), Ok(()), "{written} → {code}");
        }
    }
}
