using System.ComponentModel.DataAnnotations;

namespace FewShotAD.Infrastructure;

/// <summary>Where the installation keeps its things. Read from the root of the configuration.</summary>
public sealed class InfrastructureOptions
{
    /// <summary>Database, local blobs, work files and keys. Relative to the content root; one process at a time may use it.</summary>
    [Required]
    public string DataDirectory { get; set; } = "data";

    /// <summary>
    /// What this process is called where runs are claimed; the same after a restart, so that it finds its own interrupted runs.
    /// Empty: the machine's name with a hash of the data directory.
    /// </summary>
    public string NodeName { get; set; } = "";

    public NodeRole Role { get; set; } = NodeRole.All;
}

/// <summary>What a process does for the installation. More than one process takes PostgreSQL and a storage that all of them reach.</summary>
public enum NodeRole
{
    /// <summary>Everything.</summary>
    All,

    /// <summary>Pages, REST and scoring by REST; takes nothing from the queues.</summary>
    Web,

    /// <summary>Takes from the queues; answers nothing but questions after its health.</summary>
    Worker,
}

public enum BlobProvider
{
    File,
    Azure,
}

/// <summary>Section <c>Blobs</c>.</summary>
public sealed class BlobOptions
{
    public const string Section = "Blobs";

    public BlobProvider Provider { get; set; } = BlobProvider.File;

    /// <summary>
    /// A folder for <see cref="BlobProvider.File"/> that several nodes share. Relative to the data directory; empty for <c>blobs</c> in it, which
    /// is one process's own.
    /// </summary>
    public string Directory { get; set; } = "";

    public AzureBlobOptions Azure { get; set; } = new();

    /// <summary>How long a blob that no row references is kept: longer than the longest upload takes from blob to row.</summary>
    public TimeSpan SweepGrace { get; set; } = TimeSpan.FromHours(1);

    public TimeSpan SweepInterval { get; set; } = TimeSpan.FromHours(1);
}

/// <summary>Either a connection string, or the address of an account that the process may use by its own identity.</summary>
public sealed class AzureBlobOptions
{
    public string? ConnectionString { get; set; }

    public Uri? ServiceUri { get; set; }

    public string Container { get; set; } = "fewshotad";
}
