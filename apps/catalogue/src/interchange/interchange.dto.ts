import { Flag } from '@qiongtong/platform';
import { IsIn, IsOptional, Matches } from 'class-validator';
import { SHARING_TYPES, type Content } from '../entries/domain/content';
import { ENTRY_STATUSES, type EntryStatus } from '../entries/domain/entry';
import { IMPORT_MODES, type ImportMode } from './import.store';
import { SHEET_FORMATS, TEMPLATE_PARTS, type SheetFormat, type TemplatePart } from './sheets.service';

export class TemplateQuery {
  @IsIn([...SHEET_FORMATS]) format: SheetFormat = 'xlsx';
  /** Of a CSV template; a workbook has all of them. */
  @IsIn([...TEMPLATE_PARTS]) part: TemplatePart = 'sheet';
}

export class ExportQuery {
  @IsIn([...SHEET_FORMATS]) format: SheetFormat = 'xlsx';
  @IsOptional() @Matches(/^[a-z0-9-]{1,64}$/) providerId?: string;
  @IsOptional() @IsIn([...SHARING_TYPES]) sharingType?: Content['sharingType'];
  @IsOptional() @IsIn([...ENTRY_STATUSES]) status?: EntryStatus;
}

export class ImportOrder {
  @IsIn([...IMPORT_MODES]) mode: ImportMode = 'all-or-nothing';
  /** Only checks. */
  @Flag() dryRun = false;
  /** By the provincial authority, for the departments that the sheet names: entries of the former platform. [R23.1] */
  @Flag() forDepartments = false;
}
