//! Writes its arguments to a journal and says how many there are.

use breakwater_journal::Journal;

fn main() {
    let mut journal = Journal::default();
    for word in std::env::args().skip(1) {
        journal.append(word.as_bytes());
    }
    println!("{}", told(&journal));
}

fn told(journal: &Journal) -> String {
    match journal.len() {
        1 => "1 block".to_owned(),
        many => format!("{many} blocks"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_in_words() {
        let mut journal = Journal::default();
        assert_eq!(told(&journal), "0 blocks");
        journal.append(b"one");
        assert_eq!(told(&journal), "1 block");
    }
}
