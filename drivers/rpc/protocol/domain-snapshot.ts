/** Domain snapshots, checkpoints and backups. */
import { array, call, highCall, int, optionalString, string, uint, type TableFile } from './dsl.ts';
import { REMOTE_DOMAIN_CHECKPOINT_LIST_MAX, REMOTE_DOMAIN_SNAPSHOT_LIST_MAX } from './limits.ts';
import { domain, domainCheckpoint, domainSnapshot } from './refs.ts';

export const domainSnapshotTable: TableFile = {
  file: 'domain-snapshot',
  program: 'remote',
  structs: [],
  procedures: [
    call(185, 'domain_snapshot_create_xml', { dom: domain, xml_desc: string, flags: uint }, { snap: domainSnapshot }),
    highCall(186, 'domain_snapshot_get_xml_desc', { snap: domainSnapshot, flags: uint }, { xml: string }),
    highCall(187, 'domain_snapshot_num', { dom: domain, flags: uint }, { num: int }),
    highCall(
      188,
      'domain_snapshot_list_names',
      { dom: domain, maxnames: int, flags: uint },
      { names: array(string, REMOTE_DOMAIN_SNAPSHOT_LIST_MAX) },
    ),
    highCall(
      189,
      'domain_snapshot_lookup_by_name',
      { dom: domain, name: string, flags: uint },
      { snap: domainSnapshot },
    ),
    call(190, 'domain_has_current_snapshot', { dom: domain, flags: uint }, { result: int }),
    call(191, 'domain_snapshot_current', { dom: domain, flags: uint }, { snap: domainSnapshot }),
    call(192, 'domain_revert_to_snapshot', { snap: domainSnapshot, flags: uint }),
    call(193, 'domain_snapshot_delete', { snap: domainSnapshot, flags: uint }),
    highCall(244, 'domain_snapshot_get_parent', { snap: domainSnapshot, flags: uint }, { snap: domainSnapshot }),
    highCall(246, 'domain_snapshot_num_children', { snap: domainSnapshot, flags: uint }, { num: int }),
    highCall(
      247,
      'domain_snapshot_list_children_names',
      { snap: domainSnapshot, maxnames: int, flags: uint },
      { names: array(string, REMOTE_DOMAIN_SNAPSHOT_LIST_MAX) },
    ),
    call(271, 'domain_snapshot_is_current', { snap: domainSnapshot, flags: uint }, { current: int }),
    call(272, 'domain_snapshot_has_metadata', { snap: domainSnapshot, flags: uint }, { metadata: int }),
    highCall(
      274,
      'domain_list_all_snapshots',
      { dom: domain, need_results: int, flags: uint },
      { snapshots: array(domainSnapshot, REMOTE_DOMAIN_SNAPSHOT_LIST_MAX), ret: int },
    ),
    highCall(
      275,
      'domain_snapshot_list_all_children',
      { snapshot: domainSnapshot, need_results: int, flags: uint },
      { snapshots: array(domainSnapshot, REMOTE_DOMAIN_SNAPSHOT_LIST_MAX), ret: int },
    ),
    call(
      411,
      'domain_checkpoint_create_xml',
      { dom: domain, xml_desc: string, flags: uint },
      { checkpoint: domainCheckpoint },
    ),
    call(412, 'domain_checkpoint_get_xml_desc', { checkpoint: domainCheckpoint, flags: uint }, { xml: string }),
    highCall(
      413,
      'domain_list_all_checkpoints',
      { dom: domain, need_results: int, flags: uint },
      { checkpoints: array(domainCheckpoint, REMOTE_DOMAIN_CHECKPOINT_LIST_MAX), ret: int },
    ),
    highCall(
      414,
      'domain_checkpoint_list_all_children',
      { checkpoint: domainCheckpoint, need_results: int, flags: uint },
      { checkpoints: array(domainCheckpoint, REMOTE_DOMAIN_CHECKPOINT_LIST_MAX), ret: int },
    ),
    highCall(
      415,
      'domain_checkpoint_lookup_by_name',
      { dom: domain, name: string, flags: uint },
      { checkpoint: domainCheckpoint },
    ),
    highCall(
      416,
      'domain_checkpoint_get_parent',
      { checkpoint: domainCheckpoint, flags: uint },
      { parent: domainCheckpoint },
    ),
    call(417, 'domain_checkpoint_delete', { checkpoint: domainCheckpoint, flags: uint }),
    call(421, 'domain_backup_begin', { dom: domain, backup_xml: string, checkpoint_xml: optionalString, flags: uint }),
    highCall(422, 'domain_backup_get_xml_desc', { dom: domain, flags: uint }, { xml: string }),
  ],
};
