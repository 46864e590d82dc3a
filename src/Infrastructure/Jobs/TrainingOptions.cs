namespace FewShotAD.Infrastructure.Jobs;

/// <summary>Section <c>Training</c>: how runs are worked on.</summary>
public sealed class TrainingOptions
{
    public const string Section = "Training";

    /// <summary>
    /// The training program: an executable, or a <c>.dll</c> that is run with <c>dotnet</c>. Relative to the portal's own folder.
    /// </summary>
    public string Executable { get; set; } = "";

    /// <summary>Empty: <c>work</c> in the data directory. Large: holds copies of a run's images while it runs.</summary>
    public string WorkDirectory { get; set; } = "";

    /// <summary><c>auto</c>, <c>cpu</c> or <c>cuda:N</c>.</summary>
    public string Device { get; set; } = "auto";

    /// <summary>Processor threads of a worker; 0 lets it choose.</summary>
    public int Threads { get; set; }

    /// <summary>Runs worked on at a time on this node.</summary>
    public int Workers { get; set; } = 1;

    /// <summary>How long a worker that was asked to stop may take before it is killed.</summary>
    public TimeSpan CancelGrace { get; set; } = TimeSpan.FromSeconds(4);

    /// <summary>How long the work directory of a failed or cancelled run, and with it the checkpoint, is kept for a resume.</summary>
    public TimeSpan KeepWork { get; set; } = TimeSpan.FromDays(7);
}
