using FewShotAD.Infrastructure.Jobs;
using Microsoft.Extensions.Options;

namespace FewShotAD.Infrastructure.Scoring;

/// <summary>Section <c>Scoring</c>: images that are scored by REST on warm models. The program is that of <c>Training:Executable</c>.</summary>
public sealed class ScoringOptions
{
    public const string Section = "Scoring";

    /// <summary>Scoring processes at most. They start with the first request.</summary>
    public int Workers { get; set; } = 1;

    /// <summary>For the warm models of one process together. A RegAD model takes 0.1 to 0.7 GB; beside its models a process takes about 0.5 GB while it loads one.</summary>
    public int MemoryMegabytes { get; set; } = 2048;

    /// <summary>Processor threads of a process. Not set: as <c>Training:Threads</c>, since another number may change a score's last bit.</summary>
    public int? Threads { get; set; }

    /// <summary>Not set: as <c>Training:Device</c>.</summary>
    public string? Device { get; set; }

    /// <summary>
    /// Waiting images of one model that a process takes in one pass, 1 to 8. With 1 the same image has the same map to the bit,
    /// whatever else is asked for; with 8 RegAD scores twice as many a second under load, and a map's value may be off by one step of float16.
    /// </summary>
    public int Together { get; set; } = 1;

    /// <summary>Requests under way or waiting, of all teams; more are refused with 503.</summary>
    public int MaxWaiting { get; set; } = 64;

    /// <summary>The same of one team; more are refused with 429, so that one team cannot keep all places.</summary>
    public int MaxWaitingPerTeam { get; set; } = 32;

    /// <summary>From the request to the answer, loading the model included.</summary>
    public int TimeoutSeconds { get; set; } = 120;

    /// <summary>A process that nobody has asked for so long is stopped and its memory given back.</summary>
    public double IdleMinutes { get; set; } = 15;

    /// <summary>How long map and heatmap of an answer can be fetched by their links.</summary>
    public double KeepMinutes { get; set; } = 10;

    /// <summary>Disk for copies of model files below the data directory.</summary>
    public int CacheMegabytes { get; set; } = 2048;

    internal TimeSpan Timeout => TimeSpan.FromSeconds(TimeoutSeconds);

    internal TimeSpan Idle => TimeSpan.FromMinutes(IdleMinutes);

    internal IReadOnlyList<string> Arguments(TrainingOptions training) =>
    [
        "serve", "--memory", Text(MemoryMegabytes), "--together", Text(Together), "--threads", Text(Threads ?? training.Threads),
        "--device", string.IsNullOrWhiteSpace(Device) ? training.Device : Device,
    ];

    private static string Text(int number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture);
}

/// <summary>Says at start what a request would otherwise say later.</summary>
internal sealed class ScoringOptionsValidation : IValidateOptions<ScoringOptions>
{
    public ValidateOptionsResult Validate(string? name, ScoringOptions options)
    {
        var wrong = new List<string>();
        Check(options.Workers is >= 1 and <= 16, "Scoring:Workers goes from 1 to 16.");
        Check(options.MemoryMegabytes is >= 64 and <= 1 << 20, "Scoring:MemoryMegabytes goes from 64 to 1048576.");
        Check(options.Threads is null or (>= 0 and <= 1024), "Scoring:Threads goes from 0 (one per processor) to 1024.");
        Check(options.Together is >= 1 and <= 8, "Scoring:Together goes from 1 to 8.");
        Check(options.MaxWaiting is >= 1 and <= 10_000, "Scoring:MaxWaiting goes from 1 to 10000.");
        Check(options.MaxWaitingPerTeam >= 1 && options.MaxWaitingPerTeam <= options.MaxWaiting, "Scoring:MaxWaitingPerTeam goes from 1 to Scoring:MaxWaiting.");
        Check(options.TimeoutSeconds is >= 1 and <= 3600, "Scoring:TimeoutSeconds goes from 1 to 3600.");
        Check(options.IdleMinutes is > 0 and <= 1440, "Scoring:IdleMinutes is above 0 and at most 1440.");
        Check(options.KeepMinutes is > 0 and <= 1440, "Scoring:KeepMinutes is above 0 and at most 1440.");
        Check(options.CacheMegabytes is >= 64 and <= 1 << 20, "Scoring:CacheMegabytes goes from 64 to 1048576.");
        Check(
            string.IsNullOrWhiteSpace(options.Device) || options.Device is "auto" or "cpu" || options.Device.StartsWith("cuda:", StringComparison.Ordinal),
            "Scoring:Device is auto, cpu or cuda:N.");
        return wrong.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(wrong);

        void Check(bool right, string otherwise)
        {
            if (!right)
                wrong.Add(otherwise);
        }
    }
}
