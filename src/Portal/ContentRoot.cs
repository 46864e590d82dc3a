namespace FewShotAD.Portal;

public static class ContentRoot
{
    /// <summary>The folder with the settings: the present one when it has them (a checkout), else the program's own (started from anywhere).</summary>
    public static string Find()
    {
        var here = Directory.GetCurrentDirectory();
        return File.Exists(Path.Combine(here, "appsettings.json")) ? here : AppContext.BaseDirectory;
    }
}
