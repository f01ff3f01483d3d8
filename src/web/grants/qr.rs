//! QR codes as the path of an SVG drawing: one square for each dark module.

use qrcode::{Color, EcLevel, QrCode};

/// A code: the width of its drawing in modules, its quiet zone included, and the path.
pub(super) struct Qr {
    /// The width and the height.
    pub width: usize,
    /// The path.
    pub path: String,
}

/// Modules that stay white around a code (ISO/IEC 18004).
const QUIET: usize = 4;

/// Draws a text; nothing when it is too long for a code.
pub(super) fn draw(text: &str) -> Option<Qr> {
    let code = QrCode::with_error_correction_level(text.as_bytes(), EcLevel::M).ok()?;
    let width = code.width();
    let mut path = String::new();
    for (row, line) in code.to_colors().chunks(width).enumerate() {
        for (column, _) in line.iter().enumerate().filter(|(_, c)| **c == Color::Dark) {
            path.push_str(&format!("M{} {}h1v1h-1z", column + QUIET, row + QUIET));
        }
    }
    Some(Qr { width: width + 2 * QUIET, path })
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_code_has_its_three_corners() {
        let qr = super::draw("https://data.example/verify?receipt=GR-2026-0001").unwrap();
        assert!(qr.path.starts_with("M4 4h1v1h-1z"));
        assert!(qr.path.contains(&format!("M{} 4h1v1h-1z", qr.width - 5)));
        assert!(qr.path.contains(&format!("M4 {}h1v1h-1z", qr.width - 5)));
        assert!(super::draw(&"x".repeat(5000)).is_none());
    }
}
