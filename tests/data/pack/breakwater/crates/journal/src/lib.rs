//! A journal of blocks that is whole again after a crash.

use breakwater_block::Block;

/// Blocks in the order in which they were written.
#[derive(Debug, Default)]
pub struct Journal {
    blocks: Vec<Block>,
}

impl Journal {
    /// Appends bytes.
    pub fn append(&mut self, bytes: &[u8]) {
        self.blocks.push(Block::seal(bytes));
    }

    /// Takes blocks up to the first that was damaged: what stands behind it was never acknowledged.
    pub fn recover(found: impl IntoIterator<Item = Block>) -> Self {
        let blocks = found.into_iter().take_while(Block::is_whole).collect();
        Self { blocks }
    }

    /// How many blocks it holds.
    pub fn len(&self) -> usize {
        self.blocks.len()
    }

    /// Whether it holds none.
    pub fn is_empty(&self) -> bool {
        self.blocks.is_empty()
    }

    /// The blocks in order.
    pub fn blocks(&self) -> &[Block] {
        &self.blocks
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn begins_empty() {
        assert!(Journal::default().is_empty());
    }
}
