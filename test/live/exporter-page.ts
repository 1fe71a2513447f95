// What exporters print whose programs need disks, kernel modules or containers of their own, with invented names.

const smartctl = `
smartctl_device{ata_additional_product_id="unknown",ata_version="",device="nvme0",firmware_version="GDC5902Q",form_factor="",interface="nvme",model_family="",model_name="SAMSUNG MZQL21T9HCJR-00A07",protocol="NVMe",sata_version="",serial_number="S64GNE0R000001"} 1
smartctl_device_capacity_bytes{device="nvme0"} 1.920383410176e+12
smartctl_device_temperature{device="nvme0",temperature_type="current"} 38
smartctl_device_temperature{device="nvme0",temperature_type="drive_trip"} 85
smartctl_device_power_on_seconds{device="nvme0"} 1.584e+08
smartctl_device_percentage_used{device="nvme0"} 7
smartctl_device_available_spare{device="nvme0"} 100
smartctl_device_bytes_written{device="nvme0"} 1.53210368e+14
smartctl_device_smart_status{device="nvme0"} 1
smartctl_device_smartctl_exit_status{device="nvme0"} 0
smartctl_device{device="sda",firmware_version="SN05",form_factor="3.5 inches",interface="sat",model_family="Seagate Exos 7E8",model_name="ST4000NM000A-2HZ100",protocol="ATA",serial_number="ZFL00001"} 1
smartctl_device_percentage_used{device="sda"} 0
smartctl_device_bytes_written{device="sda"} 0
smartctl_device_power_on_seconds{device="sda"} 0
smartctl_device_rotation_rate{device="sda"} 7200
smartctl_device_block_size{blocks_type="logical",device="sda"} 512
smartctl_device_block_size{blocks_type="physical",device="sda"} 4096
smartctl_device_statistics{device="sda",statistic_flags_long="valid",statistic_flags_short="V---",statistic_name="Logical Sectors Written",statistic_table="General Statistics"} 1000
smartctl_device_statistics{device="sda",statistic_flags_long="",statistic_flags_short="----",statistic_name="Logical Sectors Read",statistic_table="General Statistics"} 7
smartctl_device_attribute{attribute_flags_long="",attribute_flags_short="PO--CK",attribute_id="5",attribute_name="Reallocated_Sector_Ct",attribute_value_type="raw",device="sda"} 24
smartctl_device_attribute{attribute_flags_long="",attribute_flags_short="PO--CK",attribute_id="5",attribute_name="Reallocated_Sector_Ct",attribute_value_type="value",device="sda"} 99
smartctl_device_attribute{attribute_flags_long="",attribute_flags_short="PO--CK",attribute_id="5",attribute_name="Reallocated_Sector_Ct",attribute_value_type="worst",device="sda"} 99
smartctl_device_attribute{attribute_flags_long="",attribute_flags_short="PO--CK",attribute_id="5",attribute_name="Reallocated_Sector_Ct",attribute_value_type="thresh",device="sda"} 10
smartctl_device_error_log_count{device="sda",error_log_type="summary"} 3
smartctl_device_self_test_log_error_count{device="sda",self_test_log_type="standard"} 1
smartctl_device_smart_status{device="sda"} 0
smartctl_device_smartctl_exit_status{device="sda"} 8
`;

const zfs = `
zfs_pool_health{pool="tank"} 0
zfs_pool_size_bytes{pool="tank"} 4.831838208e+09
zfs_pool_allocated_bytes{pool="tank"} 3.5235072e+08
zfs_pool_fragmentation_ratio{pool="tank"} 0.09
zfs_pool_deduplication_ratio{pool="tank"} 0.5
zfs_pool_health{pool="old"} 4
zfs_pool_size_bytes{pool="old"} 0
zfs_dataset_used_bytes{name="tank",pool="tank",type="filesystem"} 3e+08
zfs_dataset_available_bytes{name="tank",pool="tank",type="filesystem"} 2e+09
zfs_dataset_used_bytes{name="tank/srv",pool="tank",type="filesystem"} 1e+08
zfs_dataset_quota_bytes{name="tank/srv",pool="tank",type="filesystem"} 0
zfs_dataset_used_bytes{name="tank/srv@monday",pool="tank",type="snapshot"} 1e+06
`;

const lxd = `
lxd_cpu_seconds_total{cpu="0",mode="system",name="koha-mulhouse",project="default",type="container"} 1.5
lxd_cpu_seconds_total{cpu="1",mode="user",name="koha-mulhouse",project="default",type="container"} 2.25
lxd_cpu_seconds_total{cpu="1",mode="idle",name="koha-mulhouse",project="default",type="container"} 1000
lxd_memory_MemTotal_bytes{name="koha-mulhouse",project="default",type="container"} 1.073741824e+09
lxd_memory_MemAvailable_bytes{name="koha-mulhouse",project="default",type="container"} 1.068568576e+09
lxd_network_receive_bytes_total{device="eth0",name="koha-mulhouse",project="default",type="container"} 516
lxd_network_receive_bytes_total{device="eth1",name="koha-mulhouse",project="default",type="container"} 4
lxd_network_receive_bytes_total{device="lo",name="koha-mulhouse",project="default",type="container"} 9000
lxd_procs_total{name="koha-mulhouse",project="default",type="container"} 3
lxd_procs_total{name="web",project="essai",type="virtual-machine"} 40
lxd_operations_total 3
node_memory_MemTotal_bytes 2.5276510208e+10
`;

/** A page as a Prometheus scrapes it. */
export const exporterPage = smartctl + zfs + lxd;

/** What is to be made of it, on the host `there`. */
export const exportedRecords = [
  {
    entity: 'disk:there:S64GNE0R000001',
    state: 'up',
    gauges: {
      disk_size_bytes: 1_920_383_410_176,
      temperature_celsius: 38,
      power_on_seconds: 158_400_000,
      wear_used_ratio: 0.07,
      lifetime_written_bytes: 153_210_368_000_000,
      spare_available_ratio: 1,
      smartctl_exit_code: 0,
    },
    counters: { written_bytes_total: 153_210_368_000_000 },
    facts: {
      device: '/dev/nvme0',
      model: 'SAMSUNG MZQL21T9HCJR-00A07',
      serial: 'S64GNE0R000001',
      firmware: 'GDC5902Q',
      protocol: 'NVMe',
      wear_source: 'NVMe percentage used',
    },
  },
  {
    entity: 'disk:there:ZFL00001',
    state: 'degraded',
    reason: 'the disk says that it is failing (SMART)',
    gauges: {
      rotation_rate_count: 7200,
      lifetime_written_bytes: 512_000,
      reallocated_sectors_count: 24,
      error_log_count: 3,
      self_test_errors_count: 1,
      smartctl_exit_code: 8,
      smart_5_raw_count: 24,
      smart_5_value_count: 99,
      smart_5_worst_count: 99,
      smart_5_threshold_count: 10,
    },
    counters: { written_bytes_total: 512_000 },
    facts: {
      device: '/dev/sda',
      model: 'ST4000NM000A-2HZ100',
      family: 'Seagate Exos 7E8',
      serial: 'ZFL00001',
      firmware: 'SN05',
      protocol: 'ATA',
      medium: 'rotating',
      form_factor: '3.5 inches',
      smart_5_name: 'Reallocated_Sector_Ct',
    },
  },
  {
    entity: 'pool:there:tank',
    state: 'unknown',
    reason: 'ONLINE: zpool status could not be read',
    gauges: {
      size_bytes: 4_831_838_208,
      allocated_bytes: 352_350_720,
      fragmentation_ratio: 0.09,
      dedup_ratio: 2,
      used_bytes: 300_000_000,
      available_bytes: 2_000_000_000,
    },
    facts: { health: 'ONLINE' },
  },
  { entity: 'pool:there:old', state: 'down', reason: 'UNAVAIL', gauges: {}, facts: { health: 'UNAVAIL' } },
  {
    entity: 'dataset:there:tank',
    gauges: { used_bytes: 300_000_000, available_bytes: 2_000_000_000 },
    facts: { type: 'filesystem' },
  },
  { entity: 'dataset:there:tank/srv', gauges: { used_bytes: 100_000_000 }, facts: { type: 'filesystem' } },
  {
    entity: 'container:there:koha-mulhouse',
    gauges: { memory_used_bytes: 5_173_248, memory_limit_bytes: 1_073_741_824, processes_count: 3 },
    counters: { cpu_busy_seconds_total: 3.75, network_received_bytes_total: 520 },
    facts: { state: 'running', type: 'container', manager: 'lxd', project: 'default' },
  },
  {
    entity: 'container:there:essai_web',
    gauges: { processes_count: 40 },
    counters: {},
    facts: { state: 'running', type: 'virtual-machine', manager: 'lxd', project: 'essai' },
  },
];
