using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace FewShotAD.Infrastructure;

/// <summary>The folders of the data directory, absolute.</summary>
public sealed class DataPaths
{
    public DataPaths(IOptions<InfrastructureOptions> options, IOptions<BlobOptions> blobs, IHostEnvironment environment)
    {
        Root = Path.GetFullPath(options.Value.DataDirectory, environment.ContentRootPath);
        Node = string.IsNullOrWhiteSpace(options.Value.NodeName) ? DefaultNode(Root) : options.Value.NodeName.Trim();
        Blobs = string.IsNullOrWhiteSpace(blobs.Value.Directory) ? Path.Combine(Root, "blobs") : Path.GetFullPath(blobs.Value.Directory, Root);
    }

    public string Root { get; }

    /// <summary>What this process is called where runs are claimed.</summary>
    public string Node { get; }

    public string Database => Path.Combine(Root, "portal.db");

    public string Blobs { get; }

    /// <summary>Blobs on their way in. Inside the blobs' folder, so that moving one into place stays in one file system.</summary>
    public string Spool => Path.Combine(Blobs, "spool");

    public string Work => Path.Combine(Root, "work");

    /// <summary>Files of exports and imports while they are made.</summary>
    public string Transfers => Path.Combine(Root, "transfers");

    /// <summary>For data protection keys; the portal decides what goes there.</summary>
    public string Keys => Path.Combine(Root, "keys");

    private static string DefaultNode(string root) =>
        $"{Environment.MachineName}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(root)))[..8]}";
}
