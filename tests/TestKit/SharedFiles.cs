namespace FewShotAD.TestKit;

/// <summary>Finds the reference numbers and images that lie in <c>shared</c> beside the checkout.</summary>
public static class SharedFiles
{
    public const string Missing =
        "This test needs the folder “shared” beside the checkout (../shared with golden/ and data/), or the environment variable FEWSHOTAD_SHARED naming it.";

    private static readonly Lazy<string> Root = new(Find);

    public static string Golden(params string[] parts) => Existing([Root.Value, "golden", .. parts]);

    public static string Data(params string[] parts) => Existing([Root.Value, "data", .. parts]);

    /// <summary>The folder that holds <c>FewShotAD.sln</c>.</summary>
    public static string RepositoryRoot
    {
        get
        {
            for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            {
                if (File.Exists(Path.Combine(folder.FullName, "FewShotAD.sln")))
                    return folder.FullName;
            }

            throw new DirectoryNotFoundException("FewShotAD.sln was not found above " + AppContext.BaseDirectory);
        }
    }

    private static string Existing(string[] parts)
    {
        var path = Path.Combine(parts);
        return Path.Exists(path) ? path : throw new FileNotFoundException($"{path} is missing. {Missing}");
    }

    private static string Find()
    {
        var named = Environment.GetEnvironmentVariable("FEWSHOTAD_SHARED");
        var path = string.IsNullOrEmpty(named) ? Path.Combine(RepositoryRoot, "..", "shared") : named;
        return Directory.Exists(path) ? Path.GetFullPath(path) : throw new DirectoryNotFoundException(Missing);
    }
}
