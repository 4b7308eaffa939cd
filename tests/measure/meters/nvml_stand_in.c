/* A stand-in for libnvidia-ml.so.1: NVML's own C interface over a script instead of a GPU.
 *
 * STAND_IN_NVML names the script, a text file of one setting per line (stand_in.py writes it).
 * STAND_IN_CLOCK names a file whose first eight bytes are the time in seconds (a double); without
 * it time runs by itself from the moment the library is started. STAND_IN_LOG names a file to which
 * every call that would change the GPU is appended.
 *
 * Compiled with -DOLD_DRIVER it lacks the functions that only newer drivers have.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

typedef int nvmlReturn_t;
typedef struct gpu *nvmlDevice_t;
typedef unsigned long long ull;

enum {
  SUCCESS = 0, UNINITIALIZED = 1, INVALID_ARGUMENT = 2, NOT_SUPPORTED = 3, NO_PERMISSION = 4,
  NOT_FOUND = 6, INSUFFICIENT_SIZE = 7, DRIVER_NOT_LOADED = 9, FUNCTION_NOT_FOUND = 13,
  GPU_IS_LOST = 15, UNKNOWN = 999
};

#define MOST_POINTS 4096
#define MOST_FAULTS 32
#define MOST_GPUS 8

struct gpu { int index; unsigned locked_mhz; unsigned application_mhz, application_memory_mhz; };
struct fault { char name[80]; int code; long after; long calls; };
struct span { double from_s, to_s; ull bits; };

static struct {
  int started, gpus, energy, instant, ecc, mig, persistence, denied, processes;
  double update_s, start_s, lost_s;
  ull base_mj;
  char name[96];
  int points; double time_s[MOST_POINTS], power_w[MOST_POINTS];
  int faults; struct fault fault[MOST_FAULTS];
  int spans; struct span span[MOST_FAULTS];
  struct gpu gpu[MOST_GPUS];
} it;

static double now_s(void) {
  const char *path = getenv("STAND_IN_CLOCK");
  double value = 0;
  if (path) {
    FILE *file = fopen(path, "rb");
    if (!file || fread(&value, sizeof value, 1, file) != 1) { fprintf(stderr, "no clock\n"); exit(70); }
    fclose(file);
    return value;
  }
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec / 1e9 - it.start_s;
}

static double power_w(double t) {
  if (!it.points) return 0;
  if (t <= it.time_s[0]) return it.power_w[0];
  for (int i = 1; i < it.points; i++)
    if (t <= it.time_s[i])
      return it.power_w[i - 1] + (it.power_w[i] - it.power_w[i - 1]) * (t - it.time_s[i - 1]) /
                                     (it.time_s[i] - it.time_s[i - 1]);
  return it.power_w[it.points - 1];
}

/* The integral from 0 to t. */
static double energy_j(double t) {
  double sum = 0, early = 0, early_w = power_w(0);
  for (int i = 0; i < it.points && it.time_s[i] < t; i++) {
    if (it.time_s[i] <= 0) continue;
    sum += (it.time_s[i] - early) * (early_w + it.power_w[i]) / 2;
    early = it.time_s[i];
    early_w = it.power_w[i];
  }
  return sum + (t - early) * (early_w + power_w(t)) / 2;
}

static double updated_s(void) {
  return (double)(long long)(now_s() / it.update_s + 1e-9) * it.update_s;
}

static void note(const char *text) {
  const char *path = getenv("STAND_IN_LOG");
  FILE *file = path ? fopen(path, "a") : NULL;
  if (!file) return;
  fprintf(file, "%s\n", text);
  fclose(file);
}

static nvmlReturn_t fault(const char *name) {
  for (int i = 0; i < it.faults; i++)
    if (!strcmp(it.fault[i].name, name) && it.fault[i].calls++ >= it.fault[i].after)
      return it.fault[i].code;
  return SUCCESS;
}

/* What every call begins with: is the library started, is the GPU there, is this call to fail? */
static nvmlReturn_t begin(const char *name, nvmlDevice_t device) {
  if (!it.started) return UNINITIALIZED;
  nvmlReturn_t code = fault(name);
  if (code) return code;
  if (device && it.lost_s >= 0 && now_s() >= it.lost_s) return GPU_IS_LOST;
  return SUCCESS;
}
#define BEGIN(device) \
  do { nvmlReturn_t code_ = begin(__func__, device); if (code_) return code_; } while (0)

static nvmlReturn_t start(void) {
  const char *path = getenv("STAND_IN_NVML");
  FILE *file = path ? fopen(path, "r") : NULL;
  if (!file) return DRIVER_NOT_LOADED;
  memset(&it, 0, sizeof it);
  it.gpus = it.energy = it.instant = it.persistence = 1;
  it.ecc = 1;
  it.update_s = 0.1;
  it.lost_s = -1;
  strcpy(it.name, "Stand-in GPU");
  char line[256];
  while (fgets(line, sizeof line, file)) {
    double a, b;
    ull bits;
    int code;
    long after;
    char name[80];
    if (sscanf(line, "gpus %d", &it.gpus) == 1) { if (it.gpus > MOST_GPUS) it.gpus = MOST_GPUS; }
    else if (sscanf(line, "name %95[^\n]", it.name) == 1) {}
    else if (sscanf(line, "energy %d", &it.energy) == 1) {}
    else if (sscanf(line, "instant %d", &it.instant) == 1) {}
    else if (sscanf(line, "ecc %d", &it.ecc) == 1) {}
    else if (sscanf(line, "mig %d", &it.mig) == 1) {}
    else if (sscanf(line, "persistence %d", &it.persistence) == 1) {}
    else if (sscanf(line, "denied %d", &it.denied) == 1) {}
    else if (sscanf(line, "processes %d", &it.processes) == 1) {}
    else if (sscanf(line, "base_mj %llu", &it.base_mj) == 1) {}
    else if (sscanf(line, "update_s %lf", &it.update_s) == 1) {}
    else if (sscanf(line, "lost_s %lf", &it.lost_s) == 1) {}
    else if (sscanf(line, "power %lf %lf", &a, &b) == 2 && it.points < MOST_POINTS) {
      it.time_s[it.points] = a;
      it.power_w[it.points++] = b;
    } else if (sscanf(line, "throttle %lf %lf %llx", &a, &b, &bits) == 3 && it.spans < MOST_FAULTS)
      it.span[it.spans++] = (struct span){a, b, bits};
    else if (sscanf(line, "fail %79s %d %ld", name, &code, &after) == 3 && it.faults < MOST_FAULTS) {
      struct fault *f = &it.fault[it.faults++];
      strcpy(f->name, name);
      f->code = code;
      f->after = after;
    } else { fprintf(stderr, "stand-in: what is %s", line); exit(70); }
  }
  fclose(file);
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  it.start_s = t.tv_sec + t.tv_nsec / 1e9;
  for (int i = 0; i < MOST_GPUS; i++) it.gpu[i] = (struct gpu){i, 0, 1410, 1215};
  return SUCCESS;
}

nvmlReturn_t nvmlInitWithFlags(unsigned flags) {
  (void)flags;
  if (!it.started) {
    nvmlReturn_t code = start();
    if (code) return code;
    code = fault("nvmlInit_v2");
    if (code) return code;
  }
  it.started++;
  return SUCCESS;
}
nvmlReturn_t nvmlInit_v2(void) { return nvmlInitWithFlags(0); }
nvmlReturn_t nvmlShutdown(void) {
  if (!it.started) return UNINITIALIZED;
  it.started--;
  return SUCCESS;
}

const char *nvmlErrorString(nvmlReturn_t code) {
  switch (code) {
    case SUCCESS: return "Success";
    case UNINITIALIZED: return "Uninitialized";
    case INVALID_ARGUMENT: return "Invalid Argument";
    case NOT_SUPPORTED: return "Not Supported";
    case NO_PERMISSION: return "Insufficient Permissions";
    case GPU_IS_LOST: return "GPU is lost";
    case UNKNOWN: return "Unknown Error";
    default: return "An error that only the stand-in has";
  }
}

nvmlReturn_t nvmlSystemGetDriverVersion(char *text, unsigned length) {
  BEGIN(NULL);
  snprintf(text, length, "999.01");
  return SUCCESS;
}
nvmlReturn_t nvmlSystemGetNVMLVersion(char *text, unsigned length) {
  BEGIN(NULL);
  snprintf(text, length, "12.999.01");
  return SUCCESS;
}
nvmlReturn_t nvmlSystemGetCudaDriverVersion_v2(int *version) {
  BEGIN(NULL);
  *version = 12040;
  return SUCCESS;
}

nvmlReturn_t nvmlDeviceGetCount_v2(unsigned *count) {
  BEGIN(NULL);
  *count = it.gpus;
  return SUCCESS;
}
nvmlReturn_t nvmlDeviceGetHandleByIndex_v2(unsigned index, nvmlDevice_t *device) {
  BEGIN(NULL);
  if (index >= (unsigned)it.gpus) return INVALID_ARGUMENT;
  if (it.lost_s >= 0 && now_s() >= it.lost_s) return GPU_IS_LOST;
  *device = &it.gpu[index];
  return SUCCESS;
}
nvmlReturn_t nvmlDeviceGetName(nvmlDevice_t device, char *text, unsigned length) {
  BEGIN(device);
  snprintf(text, length, "%s", it.name);
  return SUCCESS;
}
nvmlReturn_t nvmlDeviceGetUUID(nvmlDevice_t device, char *text, unsigned length) {
  BEGIN(device);
  snprintf(text, length, "GPU-00000000-0000-0000-0000-00000000000%d", device->index);
  return SUCCESS;
}
struct pci {
  char busIdLegacy[16]; unsigned domain, bus, device, pciDeviceId, pciSubSystemId; char busId[32];
};
nvmlReturn_t nvmlDeviceGetPciInfo_v3(nvmlDevice_t device, struct pci *pci) {
  BEGIN(device);
  memset(pci, 0, sizeof *pci);
  pci->bus = device->index + 1;
  snprintf(pci->busId, sizeof pci->busId, "00000000:%02X:00.0", pci->bus);
  return SUCCESS;
}
nvmlReturn_t nvmlDeviceGetCudaComputeCapability(nvmlDevice_t device, int *major, int *minor) {
  BEGIN(device);
  *major = 9;
  *minor = 0;
  return SUCCESS;
}

nvmlReturn_t nvmlDeviceGetTotalEnergyConsumption(nvmlDevice_t device, ull *millijoules) {
  BEGIN(device);
  if (!it.energy) return NOT_SUPPORTED;
  *millijoules = it.base_mj + (ull)(energy_j(updated_s()) * 1000 * (device->index + 1));
  return SUCCESS;
}
nvmlReturn_t nvmlDeviceGetPowerUsage(nvmlDevice_t device, unsigned *milliwatts) {
  BEGIN(device);
  *milliwatts = (unsigned)(power_w(updated_s()) * 1000 * (device->index + 1));
  return SUCCESS;
}
struct field {
  uint32_t fieldId, scopeId; int64_t timestamp, latencyUsec; unsigned valueType; nvmlReturn_t status;
  union { double d; unsigned ui; ull ull_; } value;
};
nvmlReturn_t nvmlDeviceGetFieldValues(nvmlDevice_t device, int count, struct field *fields) {
  BEGIN(device);
  for (int i = 0; i < count; i++) {
    fields[i].status = fields[i].fieldId == 186 && it.instant ? SUCCESS : NOT_SUPPORTED;
    fields[i].valueType = 1;
    fields[i].value.ui = (unsigned)(power_w(updated_s()) * 1000 * (device->index + 1));
  }
  return SUCCESS;
}

static ull reasons(void) {
  ull bits = 0;
  for (int i = 0; i < it.spans; i++)
    if (now_s() >= it.span[i].from_s && now_s() < it.span[i].to_s) bits |= it.span[i].bits;
  return bits;
}
nvmlReturn_t nvmlDeviceGetCurrentClocksThrottleReasons(nvmlDevice_t device, ull *bits) {
  BEGIN(device);
  *bits = reasons();
  return SUCCESS;
}
#ifndef OLD_DRIVER
nvmlReturn_t nvmlDeviceGetCurrentClocksEventReasons(nvmlDevice_t device, ull *bits) {
  BEGIN(device);
  *bits = reasons();
  return SUCCESS;
}
struct temperature { unsigned version, sensor; int celsius; };
nvmlReturn_t nvmlDeviceGetTemperatureV(nvmlDevice_t device, struct temperature *answer) {
  BEGIN(device);
  answer->celsius = 54;
  return SUCCESS;
}
#endif
nvmlReturn_t nvmlDeviceGetTemperature(nvmlDevice_t device, unsigned sensor, unsigned *celsius) {
  BEGIN(device);
  (void)sensor;
  *celsius = 53;
  return SUCCESS;
}

nvmlReturn_t nvmlDeviceGetClockInfo(nvmlDevice_t device, unsigned type, unsigned *mhz) {
  BEGIN(device);
  *mhz = type == 2 ? 1215 : device->locked_mhz ? device->locked_mhz : reasons() & ~3ULL ? 900 : 1410;
  return SUCCESS;
}
nvmlReturn_t nvmlDeviceGetMaxClockInfo(nvmlDevice_t device, unsigned type, unsigned *mhz) {
  BEGIN(device);
  *mhz = type == 2 ? 1215 : 1410;
  return SUCCESS;
}
static nvmlReturn_t list(const unsigned *clocks, unsigned have, unsigned *count, unsigned *out) {
  unsigned room = *count;
  *count = have;
  if (!out || room < have) return INSUFFICIENT_SIZE;
  memcpy(out, clocks, have * sizeof *clocks);
  return SUCCESS;
}
nvmlReturn_t nvmlDeviceGetSupportedMemoryClocks(nvmlDevice_t device, unsigned *count, unsigned *out) {
  BEGIN(device);
  static const unsigned clocks[] = {1215, 405};
  return list(clocks, 2, count, out);
}
nvmlReturn_t nvmlDeviceGetSupportedGraphicsClocks(nvmlDevice_t device, unsigned memory,
                                                  unsigned *count, unsigned *out) {
  BEGIN(device);
  static const unsigned clocks[] = {1410, 1200, 900, 600, 210};
  if (memory != 1215 && memory != 405) return NOT_FOUND;
  return list(clocks, memory == 1215 ? 5 : 1, count, out);
}

nvmlReturn_t nvmlDeviceGetEccMode(nvmlDevice_t device, unsigned *current, unsigned *pending) {
  BEGIN(device);
  if (it.ecc < 0) return NOT_SUPPORTED;
  *current = *pending = it.ecc;
  return SUCCESS;
}
nvmlReturn_t nvmlDeviceGetMigMode(nvmlDevice_t device, unsigned *current, unsigned *pending) {
  BEGIN(device);
  if (it.mig < 0) return NOT_SUPPORTED;
  *current = *pending = it.mig;
  return SUCCESS;
}
nvmlReturn_t nvmlDeviceGetPersistenceMode(nvmlDevice_t device, unsigned *mode) {
  BEGIN(device);
  *mode = it.persistence;
  return SUCCESS;
}
nvmlReturn_t nvmlDeviceGetVirtualizationMode(nvmlDevice_t device, unsigned *mode) {
  BEGIN(device);
  *mode = 0;
  return SUCCESS;
}

nvmlReturn_t nvmlDeviceGetEnforcedPowerLimit(nvmlDevice_t device, unsigned *milliwatts) {
  BEGIN(device);
  *milliwatts = 400000;
  return SUCCESS;
}
nvmlReturn_t nvmlDeviceGetPowerManagementDefaultLimit(nvmlDevice_t device, unsigned *milliwatts) {
  BEGIN(device);
  *milliwatts = 400000;
  return SUCCESS;
}
nvmlReturn_t nvmlDeviceGetPowerManagementLimitConstraints(nvmlDevice_t device, unsigned *low,
                                                          unsigned *high) {
  BEGIN(device);
  *low = 100000;
  *high = 400000;
  return SUCCESS;
}

struct memory { ull total, free, used; };
nvmlReturn_t nvmlDeviceGetMemoryInfo(nvmlDevice_t device, struct memory *memory) {
  BEGIN(device);
  *memory = (struct memory){40ULL << 30, 39ULL << 30, 1ULL << 30};
  return SUCCESS;
}

struct process { unsigned pid; ull used; unsigned gpu_instance, compute_instance; };
static nvmlReturn_t processes(unsigned *count, struct process *out) {
  unsigned room = *count;
  *count = it.processes;
  if (!it.processes) return SUCCESS;
  if (!out || room < (unsigned)it.processes) return INSUFFICIENT_SIZE;
  for (int i = 0; i < it.processes; i++)
    out[i] = (struct process){4000 + i, i ? (1ULL << 30) * i : ~0ULL, ~0U, ~0U};
  return SUCCESS;
}
#ifndef OLD_DRIVER
nvmlReturn_t nvmlDeviceGetComputeRunningProcesses_v3(nvmlDevice_t device, unsigned *count,
                                                     struct process *out) {
  BEGIN(device);
  return processes(count, out);
}
nvmlReturn_t nvmlDeviceGetGraphicsRunningProcesses_v3(nvmlDevice_t device, unsigned *count,
                                                      struct process *out) {
  BEGIN(device);
  (void)out;
  *count = 0;
  return SUCCESS;
}
#endif
nvmlReturn_t nvmlDeviceGetComputeRunningProcesses_v2(nvmlDevice_t device, unsigned *count,
                                                     struct process *out) {
  BEGIN(device);
  return processes(count, out);
}
nvmlReturn_t nvmlDeviceGetGraphicsRunningProcesses_v2(nvmlDevice_t device, unsigned *count,
                                                      struct process *out) {
  BEGIN(device);
  (void)out;
  *count = 0;
  return SUCCESS;
}

/* Setting clocks. */
nvmlReturn_t nvmlDeviceGetApplicationsClock(nvmlDevice_t device, unsigned type, unsigned *mhz) {
  BEGIN(device);
  *mhz = type == 2 ? device->application_memory_mhz : device->application_mhz;
  return SUCCESS;
}
nvmlReturn_t nvmlDeviceSetApplicationsClocks(nvmlDevice_t device, unsigned memory, unsigned clock) {
  BEGIN(device);
  if (it.denied) return NO_PERMISSION;
  device->application_memory_mhz = memory;
  device->application_mhz = clock;
  char text[80];
  snprintf(text, sizeof text, "application %u %u", memory, clock);
  note(text);
  return SUCCESS;
}
nvmlReturn_t nvmlDeviceSetGpuLockedClocks(nvmlDevice_t device, unsigned low, unsigned high) {
  BEGIN(device);
  if (it.denied) return NO_PERMISSION;
  device->locked_mhz = low;
  char text[80];
  snprintf(text, sizeof text, "lock %u %u", low, high);
  note(text);
  return SUCCESS;
}
nvmlReturn_t nvmlDeviceResetGpuLockedClocks(nvmlDevice_t device) {
  BEGIN(device);
  if (it.denied) return NO_PERMISSION;
  device->locked_mhz = 0;
  note("reset");
  return SUCCESS;
}
