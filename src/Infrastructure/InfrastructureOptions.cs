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
