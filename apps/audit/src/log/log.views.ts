import { ApiProperty } from '@nestjs/swagger';

const HASH = 'SHA-256, base64';
const NOTE = 'C2SP signed note: origin, size and root of the log, and its signature';

export class KeyView {
  @ApiProperty({ description: 'Name of the log, as it stands in its checkpoints' }) readonly origin: string;
  @ApiProperty({ description: 'Ed25519 verifier key: name, key hash and key, joined by +' }) readonly key: string;
  @ApiProperty({ description: 'The same key in PEM' }) readonly pem: string;
  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Verifier key of the second signature line, SM2 with SM3; null where there is none',
  })
  readonly sm2Key: string | null;
}

export class CheckpointView {
  @ApiProperty() readonly origin: string;
  @ApiProperty({ description: 'Entries in the log' }) readonly size: number;
  @ApiProperty({ description: HASH }) readonly root: string;
  @ApiProperty({ description: NOTE }) readonly checkpoint: string;
  @ApiProperty({ format: 'date-time' }) readonly signedAt: string;
}

export class EntryView {
  @ApiProperty() readonly index: number;
  @ApiProperty({ description: HASH }) readonly leafHash: string;
  @ApiProperty({ description: 'The entry as canonical JSON (RFC 8785); its UTF-8 bytes are the leaf' })
  readonly entry: string;
  @ApiProperty({ format: 'date-time' }) readonly sealedAt: string;
}

export class EntryPageView {
  @ApiProperty({ type: [EntryView] }) readonly items: readonly EntryView[];
  @ApiProperty({ type: String, nullable: true, description: 'Cursor of the next page' }) readonly next: string | null;
}

export class EntryWithProofView extends EntryView {
  @ApiProperty({ type: [String], description: 'Inclusion proof (RFC 6962), leaf side first' })
  readonly proof: readonly string[];
}

export class ProvedEntryView extends EntryWithProofView {
  @ApiProperty({ description: NOTE }) readonly checkpoint: string;
}

export class AccessView {
  @ApiProperty() readonly decisionId: string;
  @ApiProperty({ description: NOTE }) readonly checkpoint: string;
  @ApiProperty({ type: [EntryWithProofView] }) readonly entries: readonly EntryWithProofView[];
}

export class InclusionProofView {
  @ApiProperty() readonly index: number;
  @ApiProperty() readonly size: number;
  @ApiProperty({ description: HASH }) readonly leafHash: string;
  @ApiProperty({ type: [String] }) readonly proof: readonly string[];
  @ApiProperty({ description: NOTE }) readonly checkpoint: string;
}

export class ConsistencyProofView {
  @ApiProperty() readonly from: number;
  @ApiProperty() readonly to: number;
  @ApiProperty({ type: [String] }) readonly proof: readonly string[];
  @ApiProperty({ description: NOTE }) readonly older: string;
  @ApiProperty({ description: NOTE }) readonly newer: string;
}

class SequenceView {
  @ApiProperty() readonly topic: string;
  @ApiProperty({ type: Number, nullable: true, description: 'null when the producer counts over the whole topic' })
  readonly partition: number | null;
  @ApiProperty() readonly producer: string;
  @ApiProperty({ description: 'Epoch or boot within which the producer counts' }) readonly run: string;
  @ApiProperty({ format: 'date-time' }) readonly foundAt: string;
}

export class GapView extends SequenceView {
  @ApiProperty({ description: 'First missing number' }) readonly from: number;
  @ApiProperty({ description: 'Last missing number' }) readonly to: number;
}

export class ConflictView extends SequenceView {
  @ApiProperty({ description: 'Number that came with different content' }) readonly n: number;
  @ApiProperty({ description: 'Entry that holds the later content' }) readonly entryIndex: number;
}

export class GapsView {
  @ApiProperty({ type: [GapView] }) readonly gaps: readonly GapView[];
  @ApiProperty({ type: [ConflictView] }) readonly conflicts: readonly ConflictView[];
}
