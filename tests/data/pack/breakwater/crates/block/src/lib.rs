//! Blocks of bytes that know when they were damaged.

/// Bytes with their checksum.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    bytes: Vec<u8>,
    sum: u32,
}

impl Block {
    /// Seals bytes with their checksum.
    ///
    /// ```
    /// let block = breakwater_block::Block::seal(b"keel");
    /// assert!(block.is_whole());
    /// ```
    pub fn seal(bytes: &[u8]) -> Self {
        Self {
            bytes: bytes.to_vec(),
            sum: checksum(bytes),
        }
    }

    /// Takes a block as it was read from a disk, damaged or not.
    pub fn read(bytes: Vec<u8>, sum: u32) -> Self {
        Self { bytes, sum }
    }

    /// Whether the bytes are those that were sealed.
    pub fn is_whole(&self) -> bool {
        checksum(&self.bytes) == self.sum
    }

    /// The bytes and their checksum.
    pub fn parts(&self) -> (&[u8], u32) {
        (&self.bytes, self.sum)
    }
}

/// Adds bytes up as RFC 1950 does.
pub fn checksum(bytes: &[u8]) -> u32 {
    let (low, high) = bytes.iter().fold((1u32, 0u32), |(low, high), byte| {
        let low = (low + u32::from(*byte)) % 65_521;
        (low, (high + low) % 65_521)
    });
    (high << 16) | low
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_its_sum() {
        assert_eq!(checksum(b"Wikipedia"), 0x11e6_0398);
    }

    #[test]
    fn knows_when_it_was_damaged() {
        let (bytes, sum) = (b"kiel".to_vec(), checksum(b"keel"));
        assert!(!Block::read(bytes, sum).is_whole());
    }

    #[test]
    #[ignore = "takes a disk"]
    fn outlives_a_disk() {
        unreachable!("no disk here");
    }
}
