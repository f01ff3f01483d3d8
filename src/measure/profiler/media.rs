//! Reads the headers of images and signals: sizes and formats, never pixels or samples.

use super::super::formats::Format;
use super::super::profile::Media;
use bytes::Bytes;

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
        Format::Gif => gif(head),
        Format::Webp => webp(head),
        Format::Tiff => tiff(&|at, count| {
            let at = usize::try_from(at).ok()?;
            head.get(at..at.checked_add(count)?).map(Bytes::copy_from_slice)
        }),
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

fn gif(head: &[u8]) -> Option<Media> {
    let bits = head.get(10).map(|packed| u64::from(packed & 7) + 1);
    Some(Media { width: little(head, 6, 2), height: little(head, 8, 2), bits, ..NOTHING })
}

/// One of three forms of the first chunk (RFC 9649): plain, lossless, extended.
fn webp(head: &[u8]) -> Option<Media> {
    let (width, height) = match head.get(12..16)? {
        b"VP8 " => (little(head, 26, 2)? & 0x3FFF, little(head, 28, 2)? & 0x3FFF),
        b"VP8L" => {
            let both = little(head, 21, 4)?;
            ((both & 0x3FFF) + 1, ((both >> 14) & 0x3FFF) + 1)
        }
        b"VP8X" => (little(head, 24, 3)? + 1, little(head, 27, 3)? + 1),
        _ => return None,
    };
    Some(Media { width: Some(width), height: Some(height), bits: Some(8), ..NOTHING })
}

/// The first directory of a TIFF file (revision 6.0, section 2), which often stands at its end.
pub(super) fn tiff(read: &dyn Fn(u64, usize) -> Option<Bytes>) -> Option<Media> {
    let first = read(0, 8)?;
    let number = |bytes: &[u8], at, count| match first.first() {
        Some(b'I') => little(bytes, at, count),
        _ => big(bytes, at, count),
    };
    let directory = number(&first, 4, 4)?;
    let count = usize::try_from(number(&read(directory, 2)?, 0, 2)?).ok()?;
    let entries = read(directory + 2, count * 12)?;
    let mut media = NOTHING;
    for at in (0..count).map(|n| n * 12) {
        // Numbers of two bytes stand at the beginning of the field, others fill it.
        let width = if number(&entries, at + 2, 2)? == 3 { 2 } else { 4 };
        let value = number(&entries, at + 8, width);
        match number(&entries, at, 2)? {
            256 => media.width = value,
            257 => media.height = value,
            // Three or more channels have a list elsewhere, each entry of which is nearly always the same.
            258 if number(&entries, at + 4, 4)? <= 2 => media.bits = value,
            258 => media.bits = read(number(&entries, at + 8, 4)?, 2).and_then(|list| number(&list, 0, 2)),
            277 => media.channels = value,
            _ => {}
        }
    }
    media.width.is_some().then_some(media)
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
        let gif = b"GIF89a\x40\0\x30\0\xF7\0\0";
        let found = of_head(gif, Format::Gif).unwrap();
        assert_eq!((found.width, found.height, found.bits), (Some(64), Some(48), Some(8)));
        let mut webp = b"RIFF\0\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0".to_vec();
        webp.extend([63, 0, 0, 47, 0, 0]);
        let found = of_head(&webp, Format::Webp).unwrap();
        assert_eq!((found.width, found.height), (Some(64), Some(48)));
        let mut tiff = b"MM\0\x2a\0\0\0\x08\0\x03".to_vec();
        tiff.extend([1, 0, 0, 3, 0, 0, 0, 1, 0, 64, 0, 0]);
        tiff.extend([1, 1, 0, 4, 0, 0, 0, 1, 0, 0, 0, 48]);
        tiff.extend([1, 2, 0, 3, 0, 0, 0, 1, 0, 16, 0, 0]);
        let found = of_head(&tiff, Format::Tiff).unwrap();
        assert_eq!((found.width, found.height, found.bits), (Some(64), Some(48), Some(16)));
        for cut in 0..tiff.len() {
            let _ = (of_head(&tiff[..cut], Format::Tiff), of_head(&webp[..cut.min(webp.len())], Format::Webp));
        }
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
