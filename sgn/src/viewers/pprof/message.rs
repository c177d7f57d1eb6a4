//! Messages in the wire format of Protocol Buffers, as far as pprof needs them.

/// A message that is being written, field by field.
#[derive(Clone, Debug, Default)]
pub(super) struct Message(Vec<u8>);

/// The wire types.
const VARINT: u32 = 0;
const BYTES: u32 = 2;

impl Message {
    pub(super) fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// Writes a field with a number. Zero is what a reader takes for a field that is not there.
    pub(super) fn number(&mut self, field: u32, value: u64) {
        if value > 0 {
            self.tag(field, VARINT);
            varint(&mut self.0, value);
        }
    }

    /// Writes a repeated field with numbers.
    pub(super) fn packed(&mut self, field: u32, values: &[u64]) {
        let mut packed = Vec::new();
        for value in values {
            varint(&mut packed, *value);
        }
        self.length_and_bytes(field, &packed);
    }

    /// Writes a field with a message.
    pub(super) fn message(&mut self, field: u32, message: &Self) {
        self.length_and_bytes(field, &message.0);
    }

    /// Writes a field with a text.
    pub(super) fn text(&mut self, field: u32, text: &str) {
        self.length_and_bytes(field, text.as_bytes());
    }

    fn length_and_bytes(&mut self, field: u32, bytes: &[u8]) {
        self.tag(field, BYTES);
        varint(&mut self.0, bytes.len() as u64);
        self.0.extend_from_slice(bytes);
    }

    fn tag(&mut self, field: u32, kind: u32) {
        varint(&mut self.0, u64::from(field << 3 | kind));
    }
}

/// Writes seven bits a byte, the lowest first; the eighth says that there are more.
fn varint(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

#[cfg(test)]
mod tests {
    use super::Message;

    /// The examples of the documentation of Protocol Buffers.
    #[test]
    fn a_message_has_the_bytes_of_the_wire_format() {
        let mut inner = Message::default();
        inner.number(1, 150);
        assert_eq!(inner.bytes(), [0x08, 0x96, 0x01]);
        let mut message = Message::default();
        message.text(2, "testing");
        message.message(3, &inner);
        message.packed(6, &[3, 270, 86_942]);
        message.number(7, 0);
        assert_eq!(
            message.bytes(),
            [
                &[0x12, 0x07, b't', b'e', b's', b't', b'i', b'n', b'g'][..],
                &[0x1a, 0x03, 0x08, 0x96, 0x01],
                &[0x32, 0x06, 0x03, 0x8e, 0x02, 0x9e, 0xa7, 0x05],
            ]
            .concat()
        );
    }

    #[test]
    fn the_largest_number_takes_ten_bytes() {
        let mut message = Message::default();
        message.number(1, u64::MAX);
        assert_eq!(message.bytes().len(), 1 + 10);
    }
}
