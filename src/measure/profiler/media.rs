//! Reads the headers of images and signals: sizes and formats, never pixels or samples.

use super::super::formats::Format;
use super::super::profile::Media;

const NOTHING: Media = Media { width: None, height: None, bits: None, channels: None, rate: None, length_ms: None };

fn big(bytes: &[u8], at: usize, count: usize) -> Option<u64> {
    let bytes = bytes.get(at..at.checked_add(count)?)?;
    Some(bytes.iter().fold(0, |number, byte| (number << 8) | u64::from(*byte)))
}

fn little(bytes: &[u8], at: usize, count: usize) -> Option<u64> {
    let bytes = bytes.get(at..at.checked_add(count)?)?;
    Some(bytes.iter().rev().fold(0, |number, byte| (number << 8) | u64::from(*byte)))
}

/// Reads what the beginning of a file tells; nothing when its header is damaged.
pub(super) fn of_head(head: &[u8], format: Format) -> Option<Media> {
    match format {
        Format::Png => png(head),
        Format::Jpeg => jpeg(head),
        Format::Bmp => bmp(head),
        Format::Wav => wav(head),
        Format::Delimited
        | Format::JsonLines
        | Format::Parquet
        | Format::ArrowFile
        | Format::ArrowStream
        | Format::Zip
        | Format::Text
        | Format::Binary
        | Format::Empty => None,
    }
}

fn png(head: &[u8]) -> Option<Media> {
    if head.get(12..16)? != b"IHDR" {
        return None;
    }
    let channels = match head.get(25)? {
        0 | 3 => 1,
        2 => 3,
        4 => 2,
        6 => 4,
        _ => return None,
    };
    Some(Media {
        width: big(head, 16, 4),
        height: big(head, 20, 4),
        bits: big(head, 24, 1),
        channels: Some(channels),
        ..NOTHING
    })
}

/// Looks for the segment that starts a frame (ITU T.81, B.2.2).
fn jpeg(head: &[u8]) -> Option<Media> {
    let mut at = 2;
    loop {
        let marker = big(head, at, 2)?;
        match marker {
            0xFFFF => at += 1,
            0xFFC0..=0xFFC3 | 0xFFC5..=0xFFC7 | 0xFFC9..=0xFFCB | 0xFFCD..=0xFFCF => {
                return Some(Media {
                    bits: big(head, at + 4, 1),
                    height: big(head, at + 5, 2),
                    width: big(head, at + 7, 2),
                    channels: big(head, at + 9, 1),
                    ..NOTHING
                });
            }
            0xFF01 | 0xFFD0..=0xFFD8 => at += 2,
            0xFF02..=0xFFFE => at += 2 + usize::try_from(big(head, at + 2, 2)?).ok()?,
            _ => return None,
        }
    }
}

fn bmp(head: &[u8]) -> Option<Media> {
    let size = |at| {
        let bytes: [u8; 4] = head.get(at..at + 4)?.try_into().ok()?;
        Some(u64::from(i32::from_le_bytes(bytes).unsigned_abs()))
    };
    Some(Media { width: size(18), height: size(22), bits: little(head, 28, 2), ..NOTHING })
}

/// Looks for the chunks `fmt ` and `data`.
fn wav(head: &[u8]) -> Option<Media> {
    let (mut at, mut media, mut rate) = (12, None, 0);
    while let Some(size) = little(head, at + 4, 4) {
        match head.get(at..at + 4)? {
            b"fmt " => {
                rate = little(head, at + 16, 4)?;
                media = Some(Media {
                    channels: little(head, at + 10, 2),
                    rate: little(head, at + 12, 4),
                    bits: little(head, at + 22, 2),
                    ..NOTHING
                });
            }
            b"data" => {
                let length_ms = size.saturating_mul(1000).checked_div(rate);
                return media.map(|media| Media { length_ms, ..media });
            }
            _ => {}
        }
        at = at.checked_add(8)?.checked_add(usize::try_from(size + size % 2).ok()?)?;
    }
    media
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers() {
        let mut png = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".to_vec();
        png.extend([0, 0, 2, 0, 0, 0, 1, 0, 8, 2]);
        let found = of_head(&png, Format::Png).unwrap();
        assert_eq!((found.width, found.height, found.channels), (Some(512), Some(256), Some(3)));
        let jpeg = [0xFF, 0xD8, 0xFF, 0xE0, 0, 4, 1, 2, 0xFF, 0xC0, 0, 17, 8, 1, 0, 2, 0, 3];
        let found = of_head(&jpeg, Format::Jpeg).unwrap();
        assert_eq!((found.width, found.height), (Some(512), Some(256)));
        let mut wav = b"RIFF\0\0\0\0WAVEfmt \x10\0\0\0\x01\0\x02\0".to_vec();
        wav.extend(48_000_u32.to_le_bytes());
        wav.extend(192_000_u32.to_le_bytes());
        wav.extend([4, 0, 16, 0]);
        wav.extend(b"data");
        wav.extend(384_000_u32.to_le_bytes());
        let found = of_head(&wav, Format::Wav).unwrap();
        assert_eq!(
            (found.channels, found.rate, found.bits, found.length_ms),
            (Some(2), Some(48_000), Some(16), Some(2000))
        );
        for cut in 0..wav.len() {
            let _ = (
                of_head(&wav[..cut], Format::Wav),
                of_head(&png[..cut.min(png.len())], Format::Png),
                of_head(&jpeg[..cut.min(18)], Format::Jpeg),
            );
        }
    }
}
