//! The digests of an upload while its bytes come in, in a form that survives the process.

use sha2::digest::common::hazmat::{SerializableState, SerializedState};
use sha2::{Digest, Sha256};

use super::{PART_BYTES, Part};
use crate::store::blobs::CHUNK;

/// Gives the SHA-256 that a state stands for; a fresh one for none.
pub(super) fn whole(state: Option<&[u8]>) -> Result<Sha256, String> {
    let Some(state) = state else { return Ok(Sha256::new()) };
    let state = SerializedState::<Sha256>::try_from(state).map_err(|_| "the digest's state has another length")?;
    Sha256::deserialize(&state).map_err(|_| "the digest's state is damaged".to_owned())
}

/// SHA-256 of the whole and BLAKE3 of each chunk, with what is known at the end of each part.
pub(super) struct Hashes {
    whole: Sha256,
    chunk: blake3::Hasher,
    in_chunk: usize,
    chunks: Vec<u8>,
    in_part: u64,
    number: u64,
    /// The state of the SHA-256 at the end of the last part.
    pub(super) state: Option<Vec<u8>>,
    /// Parts that ended since they were asked for; their `ETag` is not known here.
    ended: Vec<Part>,
}

impl Hashes {
    /// Begins behind part `number - 1`, at whose end the SHA-256 had a state.
    pub(super) fn new(number: u64, state: Option<Vec<u8>>) -> Result<Self, String> {
        Ok(Self {
            whole: whole(state.as_deref())?,
            chunk: blake3::Hasher::new(),
            in_chunk: 0,
            chunks: Vec::new(),
            in_part: 0,
            number,
            state,
            ended: Vec::new(),
        })
    }

    /// Takes the next bytes.
    pub(super) fn update(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            let (now, later) = bytes.split_at(bytes.len().min(CHUNK - self.in_chunk));
            self.whole.update(now);
            self.chunk.update(now);
            self.in_chunk += now.len();
            self.in_part += u64::try_from(now.len()).unwrap_or(0);
            if self.in_chunk == CHUNK {
                self.end_chunk();
            }
            if self.in_part == PART_BYTES {
                self.end_part();
            }
            bytes = later;
        }
    }

    /// Ends the last part, which may be short. Nothing may follow.
    pub(super) fn end(&mut self) {
        if self.in_chunk > 0 {
            self.end_chunk();
        }
        if self.in_part > 0 {
            self.end_part();
        }
    }

    /// Gives the parts that ended since the last time.
    pub(super) fn ended(&mut self) -> Vec<Part> {
        std::mem::take(&mut self.ended)
    }

    fn end_chunk(&mut self) {
        self.chunks.extend_from_slice(self.chunk.finalize().as_bytes());
        self.chunk.reset();
        self.in_chunk = 0;
    }

    fn end_part(&mut self) {
        let chunks = std::mem::take(&mut self.chunks);
        self.ended.push(Part { number: self.number, etag: String::new(), chunks });
        self.number += 1;
        self.in_part = 0;
        self.state = Some(self.whole.serialize().to_vec());
    }
}
