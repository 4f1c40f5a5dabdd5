//! What was acknowledged before a crash is there after it.

use breakwater_block::Block;
use breakwater_journal::Journal;

#[test]
fn keeps_what_was_whole() {
    let mut journal = Journal::default();
    journal.append(b"one");
    journal.append(b"two");
    let torn = Block::read(b"thr".to_vec(), 0);
    let found = journal.blocks().iter().cloned().chain([torn]);
    assert_eq!(Journal::recover(found).len(), 2);
}

#[test]
fn drops_what_follows_damage() {
    let blocks = [Block::read(b"x".to_vec(), 0), Block::seal(b"y")];
    assert!(Journal::recover(blocks).is_empty());
}
